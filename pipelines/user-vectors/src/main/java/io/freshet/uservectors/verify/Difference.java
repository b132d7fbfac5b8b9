package io.freshet.uservectors.verify;

import io.freshet.milvus.StoredRow;
import java.util.Optional;

/**
 * A key that differs.
 *
 * @param stored the collection's row, if there is one
 * @param wanted the row of the table that it should have; none for {@link Verdict#EXTRA}
 * @param detail what else there is to say, for people
 */
record Difference(
    Verdict verdict,
    String key,
    Optional<StoredRow> stored,
    Optional<TableRow> wanted,
    String detail) {}
