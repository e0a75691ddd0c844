/**
 * Values as bundles of MIME types: tables, summaries, help, progress. All text passes {@link
 * panst3r.magics.display.Html#escape} on its way into HTML.
 */
package panst3r.magics.display;
