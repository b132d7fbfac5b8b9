package io.freshet.uservectors.verify;

import io.freshet.milvus.StoredRow;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What a verification has found, as people and scripts read it. */
public final class Report {
  private static final int LINES_OF_A_KIND = 20;
  private static final List<Verdict> KINDS =
      List.of(Verdict.MISSING, Verdict.STALE, Verdict.EXTRA, Verdict.TWICE, Verdict.VECTOR);

  private final long version;
  private final Totals totals;
  private final Findings findings;
  private final long underWay;
  private final boolean withVectors;

  Report(long version, Totals totals, Findings findings, long underWay, boolean withVectors) {
    this.version = version;
    this.totals = totals;
    this.findings = findings;
    this.underWay = underWay;
    this.withVectors = withVectors;
  }

  /** Whether nothing differs. */
  public boolean isEqual() {
    return findings.isEmpty();
  }

  /** How many keys differ. */
  public long differences() {
    return KINDS.stream().mapToLong(findings::count).sum();
  }

  /** A line for each difference, up to 20 of a kind. */
  public void printDifferences(PrintStream out) {
    for (Verdict kind : KINDS) {
      findings.held().stream()
          .filter(difference -> difference.verdict() == kind)
          .limit(LINES_OF_A_KIND)
          .map(Report::line)
          .forEach(out::println);
      long more = findings.count(kind) - LINES_OF_A_KIND;
      if (more > 0) {
        out.printf(Locale.ROOT, "%s: and %,d more%n", name(kind), more);
      }
    }
  }

  /** What was left out, a line for each reason, and the line that says how it stands. */
  public void printSummary(PrintStream out) {
    note(out, "keys that are being written, or wait for the next run", underWay);
    note(out, "keys of which the collection has a later version", totals.of(Verdict.NEWER));
    note(out, "keys whose newest row gives no vector (dead letters)", totals.of(Verdict.REJECTED));
    note(out, "rows of the table whose key cannot be stored", totals.unstorable());
    note(
        out, "keys of the collection that the table need not account for", totals.of(Verdict.KEPT));
    out.printf(
        Locale.ROOT,
        "verify: table version %d · %,d keys in the table, %,d in the collection · %,d missing, %,d stale, %,d extra, %,d twice%s%n",
        version,
        totals.tableKeys(),
        totals.storedRows(),
        findings.count(Verdict.MISSING),
        findings.count(Verdict.STALE),
        findings.count(Verdict.EXTRA),
        findings.count(Verdict.TWICE),
        withVectors
            ? String.format(Locale.ROOT, ", %,d other vectors", findings.count(Verdict.VECTOR))
            : "");
  }

  private static void note(PrintStream out, String what, long count) {
    if (count > 0) {
      out.printf(Locale.ROOT, "not compared: %s: %,d%n", what, count);
    }
  }

  private static String line(Difference difference) {
    StringBuilder line = new StringBuilder(name(difference.verdict()));
    line.append(' ').append(quoted(difference.key())).append(':');
    difference.wanted().ifPresent(row -> line.append(" table ").append(describe(row)));
    difference.stored().ifPresent(row -> line.append(" collection ").append(describe(row)));
    if (!difference.detail().isEmpty()) {
      line.append(' ').append(difference.detail());
    }
    return line.toString();
  }

  private static String name(Verdict kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static String describe(TableRow row) {
    String at =
        row.date().placed()
            ? "version " + row.date().to()
            : "version " + Math.max(0, row.date().from()) + " to " + lastOf(row);
    return at
        + (row.hash().isPresent() ? " row_hash " + row.hash().getAsLong() : " without a vector");
  }

  private static long lastOf(TableRow row) {
    return Math.max(row.date().to(), row.date().changedAt());
  }

  private static String describe(StoredRow row) {
    return "version " + row.commitVersion() + " row_hash " + row.rowHash();
  }

  /** A key as a JSON string: one line, whatever is in it. */
  static String quoted(String key) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ' || Character.getType(c) == Character.CONTROL) {
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.append('"').toString();
  }
}
