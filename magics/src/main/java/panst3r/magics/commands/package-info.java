/**
 * The sub-commands of {@code %panst3r}, one class each: what a line may say, and the method of {@link
 * panst3r.magics.Session} that it calls. Another command is another class in the list of {@link
 * panst3r.magics.commands.PanSt3RCommand}.
 */
package panst3r.magics.commands;
