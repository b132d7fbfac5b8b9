package io.freshet.milvus;

import io.freshet.changes.VectorUpdate;
import java.time.Duration;
import java.util.List;

/** What one kind of request does with updates. */
interface Operation {
  /** The kinds. */
  enum Kind {
    UPSERT,
    DELETE,
    QUERY
  }

  Kind kind();

  Sender.Request request(List<VectorUpdate> updates);

  void acknowledged(List<VectorUpdate> updates, Duration took);
}
