package io.freshet.uservectors.cli;

import io.freshet.ledger.Writers;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
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
   * Makes workers ready, before the pipeline is made; each must pass {@code check}. Waits for them,
   * and says so, until they are there or the preparation is called off.
   *
   * @throws io.freshet.changes.FreshetException if one does not pass, or cannot work
   */
  default void prepare(PipelineOptions options, WorkerCheck check, Preparation preparation) {}

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

  /**
   * Ends a pipeline so that another one can be started at once, in place of {@link
   * PipelineResult#cancel()}: what takes long to open may stay open.
   */
  default void endGraph(PipelineResult running) throws IOException {
    running.cancel();
  }

  /**
   * Whether the pipeline is at something that may take long, as far as its runner knows: who is
   * will not be taken for asleep so soon.
   */
  default boolean isWorking(PipelineResult running) {
    return false;
  }

  /**
   * What keeps the runner from working now, as far as it knows, for people; empty if nothing does.
   * It may last, or be over at the next look.
   */
  default Optional<String> trouble(PipelineResult running) {
    return Optional.empty();
  }
}
