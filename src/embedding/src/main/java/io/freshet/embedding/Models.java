package io.freshet.embedding;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The models of this JVM. */
public final class Models {
  private static final Map<EmbeddingSpec, EmbeddingModel> LOADED = new ConcurrentHashMap<>();

  private Models() {}

  /**
   * The model of {@code spec}, made at the first call: a runner may set its DoFns up once a bundle,
   * far too often to load a model.
   */
  public static EmbeddingModel get(EmbeddingSpec spec) {
    return LOADED.computeIfAbsent(spec, made -> made.kind().make(made.dimension()));
  }
}
