package io.freshet.delta.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.conf.Configuration;

/** Reads units into memory. */
final class Rows {
  private Rows() {}

  static List<List<Object>> all(DataUnit unit, Schema projection) throws InterruptedException {
    return range(unit, projection, 0, Long.MAX_VALUE);
  }

  static List<List<Object>> range(DataUnit unit, Schema projection, long from, long to)
      throws InterruptedException {
    List<List<Object>> rows = new ArrayList<>();
    new UnitReader(new Configuration())
        .read(
            unit, projection, from, to, (ordinal, type, values) -> rows.add(Arrays.asList(values)));
    return rows;
  }
}
