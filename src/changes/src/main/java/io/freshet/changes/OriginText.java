package io.freshet.changes;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@link VectorOrigin} says, as it is compared: the names of columns ignore case, as those
 * of Delta do, and all else counts as it is. A table that is replaced may spell a column otherwise.
 * Ledgers and collections keep the text itself, so those of any age are compared alike.
 */
final class OriginText {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<vectors>\\S+ dimension=\\d+ )(column=(?<column>.*)|text=(?<template>.*))",
          Pattern.DOTALL);

  /** Braces that stand for themselves, or a column. */
  private static final Pattern BRACES = Pattern.compile("\\{\\{|\\}\\}|\\{[^}]*\\}");

  private OriginText() {}

  /** Whether both say the same of the same columns. */
  static boolean areSame(String one, String other) {
    return one.equals(other) || folded(one).equals(folded(other));
  }

  private static String folded(String text) {
    Matcher origin = FORM.matcher(text);
    if (!origin.matches()) {
      return text;
    }
    return origin.group("column") == null
        ? origin.group("vectors") + "text=" + foldedTemplate(origin.group("template"))
        : origin.group("vectors") + "column=" + lowerCase(origin.group("column"));
  }

  private static String foldedTemplate(String template) {
    return BRACES
        .matcher(template)
        .replaceAll(braces -> Matcher.quoteReplacement(lowerCase(braces.group())));
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
