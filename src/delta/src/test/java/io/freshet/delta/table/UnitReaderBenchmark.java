package io.freshet.delta.table;

import io.freshet.testing.DeltaTables;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.hadoop.conf.Configuration;

/**
 * Prints how many rows a second one thread reads of a file of 1,000,000 user interactions. Run it
 * with the system property {@code freshet.tools} set.
 */
public final class UnitReaderBenchmark {
  private static final int ROWS = 1_000_000;
  private static final int ROUNDS = 12;

  private static final String WRITE =
      """
      import random, sys
      import pyarrow as pa, pyarrow.parquet as pq
      n = int(sys.argv[2])
      random.seed(7)
      pq.write_table(pa.table({
          "event_id": [f"e{i:012d}" for i in range(n)],
          "user_id": [f"u{random.randrange(n // 10):09d}" for _ in range(n)],
          "item_id": [f"i{random.randrange(50000):06d}" for _ in range(n)],
          "event_type": [("view", "click", "buy")[i % 3] for i in range(n)],
          "event_timestamp": pa.array([1767225600000000 + i * 1000 for i in range(n)],
                                      pa.timestamp("us", tz="UTC")),
      }), sys.argv[1], compression="snappy")
      """;

  private UnitReaderBenchmark() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path file = Files.createTempFile("benchmark", ".parquet");
    try {
      DeltaTables.python(WRITE, file.toString(), Integer.toString(ROWS));
      DataUnit unit =
          new DataUnit(file.toString(), 0, OptionalLong.empty(), Map.of(), UnitContent.INSERTED);
      Schema five =
          Schema.builder()
              .addNullableStringField("event_id")
              .addNullableStringField("user_id")
              .addNullableStringField("item_id")
              .addNullableStringField("event_type")
              .addNullableLogicalTypeField("event_timestamp", new MicrosInstant())
              .build();
      TableSchema table = new TableSchema(five, Map.of());
      measure(unit, five);
      measure(unit, table.project(List.of("user_id", "event_timestamp")));
      measure(unit, table.project(List.of("user_id", "event_type")));
    } finally {
      Files.delete(file);
    }
  }

  private static void measure(DataUnit unit, Schema projection) throws InterruptedException {
    UnitReader reader = new UnitReader(new Configuration());
    long best = Long.MAX_VALUE;
    long cpu = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long[] seen = new long[1];
      long start = System.nanoTime();
      long startCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      reader.read(
          unit, projection, 0, Long.MAX_VALUE, (ordinal, type, values) -> seen[0] += values.length);
      cpu = Math.min(cpu, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startCpu);
      best = Math.min(best, System.nanoTime() - start);
      if (seen[0] != (long) ROWS * projection.getFieldCount()) {
        throw new IllegalStateException("Rows are missing");
      }
    }
    System.out.printf(
        "%s: %,d rows/s by the clock, %,d rows per second of CPU (best of %d)%n",
        projection.getFieldNames(),
        ROWS * 1_000_000_000L / best,
        ROWS * 1_000_000_000L / cpu,
        ROUNDS);
  }
}
