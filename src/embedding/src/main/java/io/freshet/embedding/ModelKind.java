package io.freshet.embedding;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The models there are. A new one is a constant here and a class of its own. */
enum ModelKind {
  HASH(InputKind.TEXT, 1),
  COLUMN(InputKind.OWN_VECTOR, 1),
  RANDOM(InputKind.TEXT, 1);

  /** Where the input comes from. */
  enum InputKind {
    TEXT,
    OWN_VECTOR
  }

  private final InputKind input;
  private final int revision;

  ModelKind(InputKind input, int revision) {
    this.input = input;
    this.revision = revision;
  }

  /** The model of that name; throws with the names there are. */
  static ModelKind named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new FreshetException(
                    FailureCategory.OPTION,
                    "There is no model '" + name + "'; --embedding is one of " + labels()));
  }

  private static List<String> labels() {
    return Arrays.stream(values()).map(ModelKind::label).toList();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  InputKind input() {
    return input;
  }

  /** Raised whenever the model's vectors change for one input. */
  int revision() {
    return revision;
  }

  EmbeddingModel make(int dimension) {
    return switch (this) {
      case HASH -> new HashModel(dimension);
      case COLUMN -> new ColumnModel(dimension);
      case RANDOM -> new RandomModel(dimension);
    };
  }
}
