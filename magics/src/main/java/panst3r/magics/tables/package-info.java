/** Scenes as Tablesaw tables, and conditions on their rows. Knows neither commands nor displays. */
package panst3r.magics.tables;
