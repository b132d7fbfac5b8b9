package io.freshet.embedding;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.VectorOrigin;
import java.io.Serializable;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Which model embeds which columns. It is checked when made, and says everything that the vectors
 * depend on besides the rows.
 *
 * @param model {@code hash}, {@code column} or {@code random}
 * @param dimension the length of the vectors, at least 1
 * @param textTemplate the input of the models that take text; see {@link TextTemplate}
 * @param vectorColumn the column that holds the vectors, for {@code column}; else empty
 */
public record EmbeddingSpec(String model, int dimension, String textTemplate, String vectorColumn)
    implements Serializable {

  /**
   * Throws a {@link FreshetException} of the category {@link FailureCategory#OPTION} if there is no
   * such model, or what it needs is missing or of the wrong form.
   */
  public EmbeddingSpec {
    ModelKind kind = ModelKind.named(model);
    if (dimension < 1) {
      throw new FreshetException(
          FailureCategory.OPTION, "--dimension is " + dimension + "; it must be at least 1");
    }
    switch (kind.input()) {
      case TEXT -> {
        var unused = TextTemplate.parse(textTemplate);
      }
      case OWN_VECTOR -> {
        if (vectorColumn.isEmpty()) {
          throw new FreshetException(
              FailureCategory.OPTION,
              "--embedding=" + model + " needs --vectorColumn, the column that holds the vectors");
        }
      }
    }
  }

  /** The columns of the table that the model's input is made of, each once. */
  public List<String> columns() {
    return switch (kind().input()) {
      case TEXT -> TextTemplate.parse(textTemplate).columns();
      case OWN_VECTOR -> List.of(vectorColumn);
    };
  }

  /**
   * The same with other names of the columns: as the table spells them.
   *
   * @param names the table's name of a column, by that of the option
   */
  public EmbeddingSpec withColumns(UnaryOperator<String> names) {
    return switch (kind().input()) {
      case TEXT ->
          new EmbeddingSpec(
              model, dimension, TextTemplate.parse(textTemplate).renamed(names), vectorColumn);
      case OWN_VECTOR ->
          new EmbeddingSpec(model, dimension, textTemplate, names.apply(vectorColumn));
    };
  }

  /**
   * A line that differs when the vectors of the same rows would: model, revision, dimension and
   * where the input comes from.
   */
  public String fingerprint() {
    return fingerprint(textTemplate, vectorColumn);
  }

  private String fingerprint(String template, String column) {
    String input =
        switch (kind().input()) {
          case TEXT -> "text=" + template;
          case OWN_VECTOR -> "column=" + column;
        };
    return model + "/" + kind().revision() + " dimension=" + dimension + " " + input;
  }

  /**
   * What the vectors are made by.
   *
   * @param identity what a column stays, whatever its name becomes
   */
  public VectorOrigin origin(UnaryOperator<String> identity) {
    String template =
        switch (kind().input()) {
          case TEXT -> TextTemplate.parse(textTemplate).renamed(identity);
          case OWN_VECTOR -> "";
        };
    return new VectorOrigin(fingerprint(), fingerprint(template, identity.apply(vectorColumn)));
  }

  /** Whether one input has one vector, whenever it is embedded. */
  public boolean isDeterministic() {
    return kind() != ModelKind.RANDOM;
  }

  ModelKind kind() {
    return ModelKind.named(model);
  }
}
