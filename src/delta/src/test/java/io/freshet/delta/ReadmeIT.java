package io.freshet.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.changes.Change;
import io.freshet.changes.ChangeCoder;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableLogs;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.Ownership;
import io.freshet.testing.DeltaTables;
import io.freshet.testing.ReadmeExample;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.PCollection;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeIT {
  @Test
  void theExampleOfTheReadmeIsThisTest() {
    ReadmeExample.isTestedBy(ReadmeIT.class);
  }

  @Test
  void theExampleRuns(@TempDir Path folder) {
    String uri = folder.resolve("table").toString();
    DeltaTables.create(Path.of(uri), true);
    ChangeFeed feed = Feeds.of(uri);
    Pipeline pipeline = Pipeline.create();
    Ledger ledger = Ledger.at(new LedgerAddress(folder.resolve("ledger").toString(), Map.of()));
    try (Ownership ownership = ledger.takeOwnership()) {
      TableInfo table = TableLogs.open(uri, new Configuration()).info();
      Schema schema = table.schema().project(feed.columns());
      PCollection<Change> changes =
          pipeline.apply(DeltaChanges.of(feed, ownership.generation(), schema));

      assertEquals(ChangeCoder.of(schema), changes.getCoder());
    }
  }
}
