/**
 * Progress that depends on no runner: a folder of write-once files that says which slices of the
 * table's history are done, which one is in flight, and what became of each of its changes. The
 * protocol and its proof are in {@code docs/ledger.md}.
 */
package io.freshet.ledger;
