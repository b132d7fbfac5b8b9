package io.freshet.embedding;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.values.Row;

/**
 * A text with columns in braces, such as {@code {user_id} {event_type} {item_id}}. <code>{{</code>
 * and <code>}}</code> stand for the braces themselves. How values are written is in {@code
 * docs/models.md} under "Text".
 */
public final class TextTemplate {
  private final List<Part> parts;

  private TextTemplate(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * Parses a template; throws a {@link FreshetException} of the category {@link
   * FailureCategory#OPTION} if a brace has no partner or no column is named.
   */
  public static TextTemplate parse(String template) {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at);
      if ((c == '{' || c == '}') && at + 1 < template.length() && template.charAt(at + 1) == c) {
        literal.append(c);
        at += 2;
      } else if (c == '{') {
        int end = template.indexOf('}', at);
        String column = end < 0 ? "" : template.substring(at + 1, end);
        if (column.isEmpty() || column.contains("{")) {
          throw malformed(template, "no column and '}' after the '{' at character " + at);
        }
        parts.add(new Part(literal.toString(), Optional.of(column)));
        literal.setLength(0);
        at = end + 1;
      } else if (c == '}') {
        throw malformed(template, "no '{' before the '}' at character " + at);
      } else {
        literal.append(c);
        at++;
      }
    }
    if (parts.isEmpty()) {
      throw malformed(template, "no column, so all rows would have one vector");
    }
    parts.add(new Part(literal.toString(), Optional.empty()));
    return new TextTemplate(List.copyOf(parts));
  }

  private static FreshetException malformed(String template, String lack) {
    return new FreshetException(
        FailureCategory.OPTION,
        "--textTemplate '"
            + template
            + "' has "
            + lack
            + "; name columns as in '{user_id} {item_id}', and write braces as '{{' and '}}'");
  }

  /** The columns it names, each once, in the order of their first place. */
  public List<String> columns() {
    return parts.stream().flatMap(part -> part.column().stream()).distinct().toList();
  }

  /**
   * Throws a {@link FreshetException} of the category {@link FailureCategory#OPTION} if a column is
   * not among {@code tableColumns}. Names are compared exactly.
   */
  public void requireColumns(Collection<String> tableColumns) {
    TableColumns.require("--textTemplate", columns(), tableColumns);
  }

  /** The template that names the columns otherwise, and is else the same. */
  String renamed(UnaryOperator<String> names) {
    StringBuilder template = new StringBuilder();
    for (Part part : parts) {
      template.append(part.literal().replace("{", "{{").replace("}", "}}"));
      part.column()
          .ifPresent(column -> template.append('{').append(names.apply(column)).append('}'));
    }
    return template.toString();
  }

  /** The text of {@code row}, which has all the columns. */
  public String render(Row row) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(part.literal());
      part.column().ifPresent(column -> ValueText.append(row.getValue(column), text));
    }
    return text.toString();
  }

  /** A literal and the column after it, if any. */
  private record Part(String literal, Optional<String> column) {}
}
