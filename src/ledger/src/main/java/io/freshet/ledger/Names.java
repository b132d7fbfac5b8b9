package io.freshet.ledger;

import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The names of the ledger's files. Fields are separated by {@code _}; numbers have a fixed width,
 * so that the order of the texts is the order of the things. A revision may outgrow its four
 * digits, and is compared as a number.
 *
 * <pre>
 * generation_GENERATION              a pipeline took the ledger
 * heartbeat_GENERATION_NUMBER        its driver is alive
 * stop_GENERATION                    it hands out nothing more
 * halt_GENERATION_NONCE              it must stop: a failure that waiting does not mend
 * identity_NONCE, collection_NONCE   whose progress this is
 * beginning_NONCE                    where the first slice started
 * bound_NUMBER_NONCE                 the table has another id or address since
 * made_NONCE                         the collection that bears this mark was made for this ledger
 * vectors_NONCE                      what the collection's vectors are made by
 * table_VERSION_NONCE                what is kept of the table at that version
 * SLICE_PLAN_ATTEMPT_attempt         an attempt was emitted
 * SLICE_PLAN_ATTEMPT_CLAIM_claim_END     a worker works on it, until END (ms since 1970) at the latest;
 *                                    or the owner mends, under an attempt that was never emitted
 * SLICE_PLAN_ATTEMPT_CLAIM_manifest      what it has read
 * SLICE_PLAN_ATTEMPT_CLAIM_outcomes_NONCE    what became of some of its changes
 * SLICE_PLAN_ATTEMPT_CLAIM_ended         the worker gave up before it emitted anything
 * SLICE_done_NONCE                   all its changes have an outcome
 * </pre>
 *
 * GENERATION is {@code NUMBER-NONCE}, PLAN is {@code REVISION.GENERATION.NONCE}, ATTEMPT is {@code
 * NUMBER.GENERATION.NONCE}.
 */
final class Names {
  private static final String NONCE = "[0-9a-f]{10}";
  private static final String GENERATION = "\\d{8}-" + NONCE;
  private static final String PLAN = "\\d{4,9}\\." + GENERATION + "\\." + NONCE;
  private static final String ATTEMPT = "\\d{8}\\." + GENERATION + "\\." + NONCE;
  private static final Pattern LEDGER_FILE =
      Pattern.compile(
          String.join(
              "|",
              "(generation|stop)_" + GENERATION,
              "heartbeat_" + GENERATION + "_\\d{12}",
              "halt_" + GENERATION + "_" + NONCE,
              "(identity|collection|beginning|made|vectors)_" + NONCE,
              "bound_\\d{12}_" + NONCE,
              "table_\\d{20}_" + NONCE,
              "\\d{12}_done_" + NONCE,
              "\\d{12}_" + PLAN + "_" + ATTEMPT + "_attempt",
              "\\d{12}_"
                  + PLAN
                  + "_"
                  + ATTEMPT
                  + "_"
                  + NONCE
                  + "_(claim_\\d{1,18}|manifest|outcomes_"
                  + NONCE
                  + "|ended)"));

  private static final Pattern LASTING = Pattern.compile("(identity|collection|beginning)_");

  private Names() {}

  static String generation(int number) {
    return String.format(Locale.ROOT, "%08d-%s", number, Nonce.next());
  }

  static int generationNumber(String generation) {
    return Integer.parseInt(generation.substring(0, 8));
  }

  /** One plan of a slice. Plans of a slice are ordered; only the last may be worked on. */
  record PlanName(long slice, String plan) implements Comparable<PlanName> {
    private static final Comparator<PlanName> ORDER =
        Comparator.comparingLong(PlanName::slice)
            .thenComparingInt(PlanName::revision)
            .thenComparing(PlanName::plan);

    /** That which made the plan. */
    String generation() {
      return plan.split("\\.", -1)[1];
    }

    static PlanName create(long slice, int revision, String generation) {
      return new PlanName(
          slice, String.format(Locale.ROOT, "%04d.%s.%s", revision, generation, Nonce.next()));
    }

    int revision() {
      return Integer.parseInt(plan.substring(0, plan.indexOf('.')));
    }

    @Override
    public int compareTo(PlanName other) {
      return ORDER.compare(this, other);
    }

    String text() {
      return String.format(Locale.ROOT, "%012d_%s", slice, plan);
    }
  }

  /** One attempt at a plan. All attempts are ordered. */
  record AttemptName(PlanName plan, String attempt) implements Comparable<AttemptName> {
    private static final Comparator<AttemptName> ORDER =
        Comparator.comparing(AttemptName::plan).thenComparing(AttemptName::attempt);

    static AttemptName create(PlanName plan, int number, String generation) {
      return new AttemptName(
          plan, String.format(Locale.ROOT, "%08d.%s.%s", number, generation, Nonce.next()));
    }

    static AttemptName parse(String text) {
      String[] parts = text.split("_", -1);
      return new AttemptName(new PlanName(Long.parseLong(parts[0]), parts[1]), parts[2]);
    }

    int number() {
      return Integer.parseInt(attempt.substring(0, 8));
    }

    /** The generation that emitted it. */
    String generation() {
      return attempt.split("\\.", -1)[1];
    }

    @Override
    public int compareTo(AttemptName other) {
      return ORDER.compare(this, other);
    }

    String text() {
      return plan.text() + "_" + attempt;
    }

    String file() {
      return text() + "_attempt";
    }
  }

  /** One worker's claim of an attempt. On Spark a task that is run again claims again. */
  record ClaimName(AttemptName attempt, String claim) {
    static ClaimName create(AttemptName attempt) {
      return new ClaimName(attempt, Nonce.next());
    }

    static ClaimName parse(String text) {
      String[] parts = text.split("_", -1);
      return new ClaimName(AttemptName.parse(text), parts[3]);
    }

    String text() {
      return attempt.text() + "_" + claim;
    }

    String claimFile(long endMillis) {
      return text() + "_claim_" + endMillis;
    }

    String manifestFile() {
      return text() + "_manifest";
    }

    String outcomesFile() {
      return text() + "_outcomes_" + Nonce.next();
    }

    String endedFile() {
      return text() + "_ended";
    }
  }

  /** What is kept of the table at a version. */
  record TableName(long version, String nonce) implements Comparable<TableName> {
    private static final Comparator<TableName> ORDER =
        Comparator.comparingLong(TableName::version).thenComparing(TableName::nonce);

    static TableName create(long version) {
      return new TableName(version, Nonce.next());
    }

    static TableName parse(String text) {
      String[] parts = text.split("_", -1);
      return new TableName(Long.parseLong(parts[1]), parts[2]);
    }

    @Override
    public int compareTo(TableName other) {
      return ORDER.compare(this, other);
    }

    String file() {
      return String.format(Locale.ROOT, "table_%020d_%s", version, nonce);
    }
  }

  static String boundFile(long number) {
    return String.format(Locale.ROOT, "bound_%012d_%s", number, Nonce.next());
  }

  /** How many there were before. */
  static long boundNumber(String file) {
    return Long.parseLong(file.split("_", -1)[1]);
  }

  static String doneFile(long slice) {
    return String.format(Locale.ROOT, "%012d_done_%s", slice, Nonce.next());
  }

  /** Whether the ledger has made that name; whatever else lies in the folder is left alone. */
  static boolean isLedgerFile(String name) {
    return LEDGER_FILE.matcher(name).matches();
  }

  /** Whether a file of the ledger records a slice that is done. */
  static boolean isDoneFile(String name) {
    return isLedgerFile(name) && name.contains("_done_");
  }

  /** Whether a file of the ledger is never deleted. */
  static boolean isLasting(String name) {
    return isLedgerFile(name) && LASTING.matcher(name).lookingAt();
  }

  /** Whether a file of the ledger is one of a slice's. */
  static boolean isSliceFile(String name) {
    return Character.isDigit(name.charAt(0));
  }
}
