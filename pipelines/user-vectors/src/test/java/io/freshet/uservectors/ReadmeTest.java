package io.freshet.uservectors;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableSchema;
import io.freshet.testing.ReadmeExample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.CrashingRunner;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void theExampleOfTheReadmeIsThisTest() {
    ReadmeExample.isTestedBy(ReadmeTest.class);
  }

  @Test
  void theExampleMakesTheGraph() {
    Schema columns =
        Schema.builder()
            .addStringField("user_id")
            .addStringField("event_type")
            .addStringField("item_id")
            .build();
    UserVectorsOptions options = PipelineOptionsFactory.as(UserVectorsOptions.class);
    options.setTable("/t");
    options.setLedger("/l");
    options.setJobName("freshet");
    options.setRunner(CrashingRunner.class);
    TableInfo table =
        new TableInfo("id", "file:/t", 7, new TableSchema(columns, Map.of()), List.of(), true);
    UserVectorsConfig config = UserVectorsConfig.of(options, Map.of(), table, "ledger-id");
    String generation = "00000001-ab";

    Schema schema = table.schema().project(config.feed().columns());
    Pipeline pipeline = Pipeline.create(options);
    UserVectors.of(config, generation, schema).applyTo(pipeline);

    List<String> transforms = new ArrayList<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            transforms.add(node.getFullName());
          }
        });
    assertTrue(
        transforms.stream().anyMatch(name -> name.startsWith("UserVectors/WriteToMilvus")),
        transforms::toString);
  }
}
