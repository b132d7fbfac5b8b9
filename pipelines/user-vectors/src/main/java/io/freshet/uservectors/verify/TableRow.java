package io.freshet.uservectors.verify;

import io.freshet.delta.RowDate;
import java.util.OptionalLong;
import org.apache.beam.sdk.values.Row;

/**
 * A row of the table as it is compared.
 *
 * @param hash its {@code row_hash}; empty if the row gives the model no input
 * @param date when it came to be
 * @param followed whether the pipeline follows changes of its type
 * @param row the columns of the feed
 */
record TableRow(OptionalLong hash, RowDate date, boolean followed, Row row) {
  TableRow dated(TableRow change) {
    return new TableRow(hash, change.date, change.followed, row);
  }
}
