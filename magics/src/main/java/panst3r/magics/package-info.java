/**
 * What a notebook user types and sees. Knows a kernel only as {@link panst3r.magics.Bridge}; nothing here names a
 * kernel's class. From a line to its work: a class of {@link panst3r.magics.commands} reads it, or {@link
 * panst3r.magics.Notebook} is called; {@link panst3r.magics.Session} has a method for each, which says what class does it.
 */
package panst3r.magics;
