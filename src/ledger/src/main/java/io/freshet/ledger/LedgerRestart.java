package io.freshet.ledger;

import java.time.Instant;

/**
 * A pipeline could not go on where it stood, and started again elsewhere.
 *
 * @param beginning where
 * @param compared whether the collection had been made equal to the table before that; if not, it
 *     was empty
 * @param from the first version whose changes were not followed
 * @param count how often this has happened to the ledger
 * @param at when it happened last
 */
public record LedgerRestart(Cursor beginning, boolean compared, long from, int count, Instant at) {}
