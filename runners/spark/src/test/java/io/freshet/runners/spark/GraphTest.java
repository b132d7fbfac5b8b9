package io.freshet.runners.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableSchema;
import io.freshet.uservectors.UserVectors;
import io.freshet.uservectors.UserVectorsConfig;
import io.freshet.uservectors.UserVectorsOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.spark.SparkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.PValue;
import org.junit.jupiter.api.Test;

/**
 * Beam's Spark runner caches what two transforms take and what comes from a transform of several
 * outputs, in memory only: what does not fit there is computed again, from the reading of the slice
 * on.
 */
final class GraphTest {
  private static final Schema COLUMNS =
      Schema.builder()
          .addStringField("user_id")
          .addStringField("event_type")
          .addStringField("item_id")
          .build();

  private final Pipeline pipeline = pipeline();

  @Test
  void nothingIsTakenTwiceAndAllHasOneOutput() {
    expectChain();
  }

  @Test
  void nothingIsTakenTwiceAndAllHasOneOutputWithTheBatchesOfSpark() {
    pipeline.replaceAll(List.of(BatchesInBundles.override()));

    expectChain();
  }

  private void expectChain() {
    Nodes nodes = new Nodes();
    pipeline.traverseTopologically(nodes);

    assertTrue(nodes.takers.size() > 5, nodes.takers::toString);
    nodes.takers.forEach((value, names) -> assertEquals(1, names.size(), () -> "takers: " + names));
    nodes.outputs.forEach((name, outputs) -> assertTrue(outputs <= 1, () -> "outputs of " + name));
  }

  private static Pipeline pipeline() {
    UserVectorsOptions options = PipelineOptionsFactory.as(UserVectorsOptions.class);
    options.setTable("/t");
    options.setLedger("/l");
    options.setJobName("freshet");
    options.setRunner(SparkRunner.class);
    TableInfo table =
        new TableInfo("id", "file:/t", 7, new TableSchema(COLUMNS, Map.of()), List.of(), true);
    UserVectorsConfig config = UserVectorsConfig.of(options, Map.of(), table, "ledger-id");
    Pipeline pipeline = Pipeline.create(options);
    UserVectors.of(config, "00000001-ab", table.schema().project(config.feed().columns()))
        .applyTo(pipeline);
    return pipeline;
  }

  /** What takes and gives collections, leaving out what is made of other transforms. */
  private static final class Nodes extends Pipeline.PipelineVisitor.Defaults {
    private final Map<PValue, List<String>> takers = new HashMap<>();
    private final Map<String, Integer> outputs = new HashMap<>();

    @Override
    public void visitPrimitiveTransform(TransformHierarchy.Node node) {
      node.getInputs()
          .values()
          .forEach(
              value ->
                  takers.computeIfAbsent(value, v -> new ArrayList<>()).add(node.getFullName()));
      outputs.put(node.getFullName(), node.getOutputs().size());
    }
  }
}
