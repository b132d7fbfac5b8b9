package io.freshet.uservectors.cli;

import io.freshet.ledger.Writers;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** What the command line needs of a runner; each {@code runners/*} module has one. */
public interface Runner {
  /** The name for {@code --runner}, as Beam has it. */
  String name();

  /** Options of the runner's own, by name, for whoever does not give them. */
  default Map<String, String> defaults() {
    return Map.of();
  }

  /** Sets what this runner needs, before the pipeline is made. */
  void configure(PipelineOptions options);

  /**
   * Makes workers ready, before the pipeline is made; each must pass {@code check}.
   *
   * @throws io.freshet.changes.FreshetException if one does not
   */
  default void prepare(PipelineOptions options, WorkerCheck check) {}

  /**
   * Which processes write what one of them has read, once it is {@link #prepare}d. Where others may
   * go on when that one is gone, the ledger waits for its lease.
   */
  default Writers writers(PipelineOptions options) {
    return Writers.OTHERS_TOO;
  }

  /**
   * Starts the pipeline and returns while it runs. The result's state tells whether it still does.
   */
  PipelineResult start(Pipeline pipeline);
}
