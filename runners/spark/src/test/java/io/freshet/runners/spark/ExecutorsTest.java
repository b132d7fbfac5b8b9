package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.Ownership;
import io.freshet.ledger.Writers;
import io.freshet.uservectors.cli.Preparation;
import io.freshet.uservectors.cli.WorkerCheck;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.runners.spark.SparkContextOptions;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExecutorsTest {
  private static ExecutorActivity activity;
  private static JavaSparkContext context;

  @TempDir private Path folder;

  @BeforeAll
  static void startSpark() {
    SparkPipelineOptions options = PipelineOptionsFactory.as(SparkPipelineOptions.class);
    options.setSparkMaster("local[4]");
    context = SparkContexts.open(options);
    activity = ExecutorActivity.of(context.sc());
  }

  @AfterAll
  static void stopSpark() {
    context.close();
  }

  @Test
  void nobodyElseWritesWhatThisProcessHasReadOnlyWhereSparkIsAllInIt() {
    SparkPipelineOptions options = PipelineOptionsFactory.as(SparkPipelineOptions.class);
    assertEquals(Writers.OTHERS_TOO, new SparkLauncher().writers(options), "before it is known");
    options.as(SparkContextOptions.class).setProvidedSparkContext(context);
    assertEquals(Writers.THIS_PROCESS, new SparkLauncher().writers(options));
  }

  /** They register while the context is opened. */
  @Test
  void executorsThatAreThereAlreadyAreSeen() {
    assertEquals(1, activity.executors());
  }

  @Test
  void executorsThatSeeTheLedgerAsTheDriverDoesAreWelcome() {
    LedgerAddress ledger = address("ledger");
    try (Ownership ownership = Ledger.at(ledger).takeOwnership()) {
      assertDoesNotThrow(() -> require(new WorkerCheck(ledger, ownership.generation())));
    }
  }

  /** The driver's folder and the executors' have one name and are two: as on two machines. */
  @Test
  void ledgerOnADiskThatExecutorsDoNotShareIsRefused() {
    LedgerAddress theirs = address("theirs");
    try (Ownership ownership = Ledger.at(address("drivers")).takeOwnership()) {
      FreshetException refused =
          assertThrows(
              FreshetException.class,
              () -> require(new WorkerCheck(theirs, ownership.generation())));

      assertEquals(FailureCategory.OPTION, refused.category());
      assertTrue(refused.getMessage().contains("--ledger=" + theirs), refused::getMessage);
      assertTrue(refused.getMessage().contains("localhost"), refused::getMessage);
    }
  }

  @Test
  void stageHasNoMoreTasksThanThereCanBeBatchesUnlessTheUserWantsIt() {
    assertEquals(4, context.defaultParallelism());

    executors().limitTasks(3);
    assertEquals(3, context.defaultParallelism());

    executors().limitTasks(2);
    assertEquals(3, context.defaultParallelism(), "It was set already");
  }

  @Test
  void whatIsCalledOffIsNotWaitedFor() {
    WorkerCheck check = new WorkerCheck(address("ledger"), "not its generation");

    assertDoesNotThrow(
        () -> executors().require(check, new Silence(activity), new Waiting(true), true));
  }

  private static void require(WorkerCheck check) {
    executors().require(check, new Silence(activity), new Waiting(false), true);
  }

  private static Executors executors() {
    return new Executors(context, Patience.ofPercent(100));
  }

  private record Waiting(boolean isCalledOff) implements Preparation {
    @Override
    public void tell(String trouble) {
      throw new AssertionError(trouble);
    }
  }

  private LedgerAddress address(String name) {
    return new LedgerAddress(folder.resolve(name).toString(), Map.of());
  }
}
