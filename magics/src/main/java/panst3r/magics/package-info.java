/**
 * What a notebook user types and sees. Knows a kernel only as {@link panst3r.magics.Bridge}; nothing here names a
 * kernel's class.
 */
package panst3r.magics;
