/**
 * The change data feed of a Delta table as a Beam source: {@link io.freshet.delta.DeltaChanges}.
 * The source hands out slices as the ledger says; workers read them and emit the newest change of
 * each key.
 */
package io.freshet.delta;
