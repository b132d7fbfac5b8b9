package io.freshet.milvus;

import io.freshet.changes.Outcome;
import io.freshet.changes.VectorBatch;
import org.apache.beam.sdk.transforms.DoFn;

/** Writes each batch and emits its outcomes, those that it came with among them. */
final class WriteFn extends DoFn<VectorBatch, Outcome> {
  private final MilvusTarget target;
  private transient BatchWriter writer;

  WriteFn(MilvusTarget target) {
    this.target = target;
  }

  /** Cheap: some runners call it for every bundle. The connection belongs to the JVM. */
  @Setup
  public void setUp() {
    writer = new BatchWriter(target);
  }

  @ProcessElement
  public void process(@Element VectorBatch batch, OutputReceiver<Outcome> output) {
    batch.outcomes().forEach(output::output);
    writer.write(batch).forEach(output::output);
  }
}
