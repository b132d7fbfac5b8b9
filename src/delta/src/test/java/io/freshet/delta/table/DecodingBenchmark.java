package io.freshet.delta.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads some columns of a file of user interactions once for each line of its input, and answers
 * with the number of rows. {@code ./freshet benchmark decode} measures it beside other readers.
 */
public final class DecodingBenchmark {
  private static final TableSchema INTERACTIONS =
      new TableSchema(
          Schema.builder()
              .addNullableStringField("event_id")
              .addNullableStringField("user_id")
              .addNullableStringField("item_id")
              .addNullableStringField("event_type")
              .addNullableLogicalTypeField("event_timestamp", new MicrosInstant())
              .build(),
          Map.of());

  private DecodingBenchmark() {}

  /** Takes the file, then the names of columns. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> columns = Arrays.asList(args).subList(1, args.length);
    Schema projection = INTERACTIONS.project(columns);
    DataUnit unit = new DataUnit(args[0], 0, OptionalLong.empty(), Map.of(), UnitContent.INSERTED);
    UnitReader reader = new UnitReader(new Configuration());
    BufferedReader rounds =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (rounds.readLine() != null) {
      long[] rows = new long[1];
      reader.read(
          unit,
          projection,
          0,
          Long.MAX_VALUE,
          (ordinal, type, values) -> rows[0] += values[columns.size() - 1] == null ? 0 : 1);
      System.out.println(rows[0]);
    }
  }
}
