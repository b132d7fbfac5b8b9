package io.freshet.ledger;

/**
 * The newest slice that is done.
 *
 * @param slice its number; 0 is the start
 * @param record what its file says
 */
record LastDone(long slice, Contents.Done record) {}
