package io.freshet.ledger;

/**
 * Whose progress a ledger holds.
 *
 * @param ledgerId the ledger's own id; the collection's description holds it
 * @param tableId the Delta table's id (the {@code id} of its metadata)
 * @param tableUri where the table was when it was last bound to the ledger
 */
public record LedgerIdentity(String ledgerId, String tableId, String tableUri) {}
