package io.freshet.milvus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.changes.ChangeType;
import io.freshet.changes.OptionAtFault;
import io.freshet.changes.SkipReason;
import io.freshet.changes.VectorUpdate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sorts the updates of one attempt into upserts and deletes, each key once. What is skipped here
 * was let through by mistake: Milvus 2.3.5 stores several rows of one key as several rows, and
 * Milvus Lite takes a NaN.
 */
final class Screening {
  private final MilvusTarget target;
  private final OutcomeCollector outcomes;
  private final List<VectorUpdate> upserts = new ArrayList<>();
  private final List<VectorUpdate> deletes = new ArrayList<>();

  /** Screens {@code updates}, the newest of a key last. */
  Screening(MilvusTarget target, List<VectorUpdate> updates, OutcomeCollector outcomes) {
    this.target = target;
    this.outcomes = outcomes;
    for (VectorUpdate update : newest(updates)) {
      if (isDelete(update)) {
        deletes.add(update);
      } else if (hasGoodVector(update)) {
        upserts.add(update);
      }
    }
  }

  List<VectorUpdate> upserts() {
    return upserts;
  }

  List<VectorUpdate> deletes() {
    return deletes;
  }

  static String key(VectorUpdate update) {
    return update.change().key().orElseThrow();
  }

  private Iterable<VectorUpdate> newest(List<VectorUpdate> updates) {
    Map<String, VectorUpdate> byKey = new LinkedHashMap<>();
    for (VectorUpdate update : updates) {
      if (hasGoodKey(update)) {
        VectorUpdate earlier = byKey.put(key(update), update);
        if (earlier != null) {
          outcomes.skipped(
              earlier.change().number(),
              SkipReason.SUPERSEDED,
              "a later update of the key is in the same batch");
        }
      }
    }
    return byKey.values();
  }

  private boolean hasGoodKey(VectorUpdate update) {
    if (update.change().key().isEmpty()) {
      reject(update, SkipReason.NULL_KEY, "the key is null", OptionAtFault.KEY_COLUMN);
      return false;
    }
    int bytes = key(update).getBytes(UTF_8).length;
    if (bytes == 0) {
      reject(update, SkipReason.EMPTY_KEY, "the key is empty", OptionAtFault.KEY_COLUMN);
      return false;
    }
    if (bytes > target.maxKeyBytes()) {
      reject(
          update,
          SkipReason.KEY_TOO_LONG,
          "the key has " + bytes + " bytes, at most " + target.maxKeyBytes() + " fit",
          OptionAtFault.KEY_COLUMN);
      return false;
    }
    return true;
  }

  private boolean hasGoodVector(VectorUpdate update) {
    float[] vector = update.vector();
    if (vector.length != target.dimension()) {
      reject(
          update,
          SkipReason.BAD_VECTOR,
          "the vector has " + vector.length + " floats, wanted " + target.dimension(),
          OptionAtFault.DIMENSION);
      return false;
    }
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        reject(update, SkipReason.BAD_VECTOR, "the vector holds " + value, OptionAtFault.MODEL);
        return false;
      }
    }
    return true;
  }

  private void reject(VectorUpdate update, SkipReason reason, String detail, OptionAtFault option) {
    if (isDelete(update)) {
      outcomes.skipped(update.change().number(), reason, detail); // No such key is stored.
    } else {
      outcomes.rejected(update.change(), reason, detail, option);
    }
  }

  private static boolean isDelete(VectorUpdate update) {
    return update.change().type() == ChangeType.DELETE;
  }
}
