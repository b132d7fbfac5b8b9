/**
 * Delta tables without Beam's runners: what a table's log says, commit by commit, and the rows of
 * its data files. Nothing here knows of slices, the ledger or a pipeline.
 */
package io.freshet.delta.table;
