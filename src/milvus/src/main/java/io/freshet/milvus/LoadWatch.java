package io.freshet.milvus;

import io.milvus.grpc.LoadState;
import io.milvus.shaded.io.grpc.Deadline;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a collection loaded for as long as the JVM lives. A restarted Milvus Lite takes upserts but
 * has the collection released, and answers no search; nobody tells its clients. So one daemon
 * thread asks every few seconds; {@link #soon} makes it ask at once. It also deletes a {@link
 * ControlRow} that was left behind.
 */
final class LoadWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LoadWatch.class);
  private static final long INTERVAL_SECONDS = 5;
  private static final long ASK_SECONDS = 2;
  private static final long LOAD_SECONDS = 60;

  private static final Map<MilvusTarget, LoadWatch> WATCHES = new ConcurrentHashMap<>();
  private static final ScheduledExecutorService THREAD =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "freshet-milvus-load-watch");
            thread.setDaemon(true);
            return thread;
          });

  private final MilvusTarget target;
  private final MilvusCollection collection;
  private final Future<?> looking;
  private final ControlRow controlRow;

  private LoadWatch(MilvusTarget target) {
    this.target = target;
    this.collection = new MilvusCollection(target);
    this.controlRow = ControlRow.of(target);
    this.looking =
        THREAD.scheduleWithFixedDelay(
            this::look, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * This JVM's watch over the target, begun if need be. Of collections that were made again under
   * one name, the last one asked for is watched.
   */
  static LoadWatch of(MilvusTarget target) {
    return WATCHES.compute(
        target.withCollectionId(0),
        (anyOfTheName, known) -> {
          if (known != null && known.target.equals(target)) {
            return known;
          }
          if (known != null) {
            known.looking.cancel(false);
          }
          return new LoadWatch(target);
        });
  }

  /** Looks now, in the background. */
  void soon() {
    THREAD.execute(this::look);
  }

  /** Loads the collection if it is released; tells whether it was. */
  static boolean loadAgain(MilvusCollection collection) throws MilvusException {
    LoadState state = collection.loadState(Deadline.after(ASK_SECONDS, TimeUnit.SECONDS));
    if (state != LoadState.LoadStateNotLoad) {
      return false;
    }
    collection.load(Deadline.after(LOAD_SECONDS, TimeUnit.SECONDS));
    return true;
  }

  private void look() {
    load();
    // Where there is one writer, what another process has left waits for the next start.
    if (!target.isLite() || controlRow.wasUpsertedHere()) {
      removeControlRow();
    }
  }

  /** Deletes the control row if it may be left; else nothing happens. False if that fails. */
  boolean removeControlRow() {
    try {
      controlRow.removeIfLeft();
      return true;
    } catch (MilvusException e) {
      LOG.debug("The row {} may be left in {}: {}", controlRow.key(), target, e.getMessage());
    } catch (RuntimeException | Error e) {
      // Thrown on, it would end the watch.
      LOG.warn("The row {} may be left in {}", controlRow.key(), target, e);
    }
    return false;
  }

  private void load() {
    try {
      if (loadAgain(collection)) {
        LOG.info("Loaded the collection {} again", target);
      }
    } catch (MilvusException e) {
      // The writers report a server that is away; here it is only asked again.
      LOG.debug("Cannot tell whether {} is loaded: {}", target, e.getMessage());
    } catch (RuntimeException | Error e) {
      // Thrown on, it would end the watch.
      LOG.warn("Cannot tell whether {} is loaded", target, e);
    }
  }
}
