package io.freshet.runners.conformance.simulation;

import io.freshet.milvus.MilvusTarget;
import io.freshet.milvus.SimulatedWriters;
import io.freshet.runners.conformance.simulation.VirtualCollection.Stored;
import io.freshet.runners.conformance.simulation.VirtualTable.Flaw;
import io.freshet.runners.conformance.simulation.VirtualTable.Row;
import io.milvus.grpc.BoolResponse;
import io.milvus.grpc.CollectionSchema;
import io.milvus.grpc.DeleteRequest;
import io.milvus.grpc.DescribeCollectionRequest;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.HasCollectionRequest;
import io.milvus.grpc.LongArray;
import io.milvus.grpc.MutationResult;
import io.milvus.grpc.QueryRequest;
import io.milvus.grpc.QueryResults;
import io.milvus.grpc.ScalarField;
import io.milvus.grpc.ShowCollectionsRequest;
import io.milvus.grpc.ShowCollectionsResponse;
import io.milvus.grpc.Status;
import io.milvus.grpc.StringArray;
import io.milvus.grpc.UpsertRequest;
import io.milvus.shaded.io.grpc.CallOptions;
import io.milvus.shaded.io.grpc.ClientCall;
import io.milvus.shaded.io.grpc.ConnectivityState;
import io.milvus.shaded.io.grpc.Deadline;
import io.milvus.shaded.io.grpc.ManagedChannel;
import io.milvus.shaded.io.grpc.Metadata;
import io.milvus.shaded.io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A server that answers in the thread that calls it. A request arrives some time after it was sent,
 * whatever has become of its sender by then.
 */
final class VirtualMilvus extends ManagedChannel {
  static final String LEDGER_ID = "simulation";
  static final MilvusTarget TARGET =
      MilvusTarget.of("http://simulation:1", "vectors", 2, LEDGER_ID);
  static final String KEY_FIELD = TARGET.keyField();

  /** What a test of the server is about. */
  interface Between {
    /** Others may go on here; then the request is sent. */
    Fate send(Kind kind, String what, Deadline deadline);

    /** Sleeps. */
    void sleep(long millis);

    long now();

    /** The row of the table that an upsert was made of; empty for a probe. */
    Optional<Row> row(String key, long hash);

    /** The deletion that a request of the running actor is about; empty for a probe. */
    Optional<Row> deletion(String key);

    /** The code that a row is refused with, whatever it is like. */
    Optional<Integer> refusal(Row row);

    /** Something was written or deleted in a collection that is not under the name any more. */
    void applied(VirtualCollection collection, Row row, Optional<Row> newer);

    /** A change of which the table says nothing. */
    void strange(String what);

    void trace(String what);
  }

  /** Kinds of requests. */
  enum Kind {
    UPSERT,
    DELETE,
    QUERY,
    DESCRIBE,
    HAS,
    LIST
  }

  /**
   * What becomes of a request.
   *
   * @param arrives when it is carried out; negative if never
   * @param again when it is carried out once more; negative if never
   * @param answers when the answer is there; Long.MAX_VALUE if never
   * @param code of the answer instead of the right one; 0 for the right one
   * @param breaks whether the call ends as if the connection had broken
   * @param rowsLost how many rows fewer are written than given
   */
  record Fate(long arrives, long again, long answers, int code, boolean breaks, int rowsLost) {}

  private static final class Flight {
    private final long sequence;
    private final Kind kind;
    private final Object request;
    private final Map<String, Row> deletions;
    private final int rowsLost;
    private final long arrives;
    private Optional<Object> answer = Optional.empty();

    Flight(
        long sequence,
        Kind kind,
        Object request,
        Map<String, Row> deletions,
        int rowsLost,
        long arrives) {
      this.sequence = sequence;
      this.kind = kind;
      this.request = request;
      this.deletions = deletions;
      this.rowsLost = rowsLost;
      this.arrives = arrives;
    }
  }

  private static final CollectionSchema SCHEMA = SimulatedWriters.schema(TARGET);

  private final Between between;
  private final List<Flight> flights = new ArrayList<>();
  private Optional<VirtualCollection> named = Optional.empty();
  private long sequence;

  VirtualMilvus(Between between) {
    this.between = between;
  }

  /** As at the beginning. */
  void reset() {
    flights.clear();
    named = Optional.empty();
    sequence = 0;
  }

  /** Puts a collection under the name. */
  void name(Optional<VirtualCollection> collection) {
    named = collection;
  }

  Optional<VirtualCollection> named() {
    return named;
  }

  /** When the next request arrives. */
  long nextArrival() {
    long next = Long.MAX_VALUE;
    for (Flight flight : flights) {
      next = Math.min(next, flight.arrives);
    }
    return next;
  }

  /** Carries out what has arrived. */
  void arrive(long now) {
    while (true) {
      Flight first = null;
      for (Flight flight : flights) {
        if (flight.arrives <= now
            && (first == null
                || flight.arrives < first.arrives
                || (flight.arrives == first.arrives && flight.sequence < first.sequence))) {
          first = flight;
        }
      }
      if (first == null) {
        return;
      }
      flights.remove(first);
      first.answer = Optional.of(carryOut(first));
    }
  }

  private Object carryOut(Flight flight) {
    if (flight.kind == Kind.HAS) {
      return BoolResponse.newBuilder()
          .setStatus(Status.getDefaultInstance())
          .setValue(named.isPresent())
          .build();
    }
    if (flight.kind == Kind.LIST) {
      ShowCollectionsResponse.Builder list =
          ShowCollectionsResponse.newBuilder().setStatus(Status.getDefaultInstance());
      named.ifPresent(
          there -> list.addCollectionNames(TARGET.collection()).addCollectionIds(there.id()));
      return list.build();
    }
    if (named.isEmpty()) {
      return failed(flight.kind, 100);
    }
    VirtualCollection collection = named.get();
    return switch (flight.kind) {
      case UPSERT -> upsert(collection, (UpsertRequest) flight.request, flight.rowsLost);
      case DELETE -> delete(collection, (DeleteRequest) flight.request, flight.deletions);
      case QUERY -> query(collection, (QueryRequest) flight.request);
      case DESCRIBE -> describe(collection);
      case HAS, LIST -> throw new IllegalStateException("Answered above: " + flight.kind);
    };
  }

  private Object upsert(VirtualCollection collection, UpsertRequest request, int rowsLost) {
    List<String> keys = request.getFieldsData(0).getScalars().getStringData().getDataList();
    List<Long> versions = request.getFieldsData(2).getScalars().getLongData().getDataList();
    List<Long> hashes = request.getFieldsData(3).getScalars().getLongData().getDataList();
    for (int i = 0; i < keys.size(); i++) {
      Flaw flaw = between.row(keys.get(i), hashes.get(i)).map(Row::flaw).orElse(Flaw.NONE);
      if (flaw != Flaw.NONE) {
        between.trace("refuses " + keys + " for " + keys.get(i));
        return failed(Kind.UPSERT, flaw == Flaw.POISON ? 1100 : 65535);
      }
      Optional<Integer> code = between.row(keys.get(i), hashes.get(i)).flatMap(between::refusal);
      if (code.isPresent()) {
        return failed(Kind.UPSERT, code.get());
      }
    }
    int written = Math.max(0, keys.size() - rowsLost);
    for (int i = 0; i < written; i++) {
      Optional<Row> row = between.row(keys.get(i), hashes.get(i));
      if (row.isPresent()) {
        apply(collection, row.get(), versions.get(i));
      } else {
        collection.rows().put(keys.get(i), new Stored(versions.get(i), hashes.get(i)));
        between.trace("takes a probe");
      }
    }
    return MutationResult.newBuilder()
        .setStatus(Status.getDefaultInstance())
        .setUpsertCnt(written)
        .build();
  }

  private Object delete(
      VirtualCollection collection, DeleteRequest request, Map<String, Row> deletions) {
    for (String key : keys(request.getExpr())) {
      Row row = deletions.get(key);
      if (row != null) {
        apply(collection, row, row.version());
      } else {
        if (between.deletion(key).isPresent() || !key.startsWith("freshet-")) {
          between.strange("deletes " + key + ", which nobody has asked for");
        }
        collection.rows().remove(key);
        between.trace("deletes a probe");
      }
    }
    return MutationResult.newBuilder().setStatus(Status.getDefaultInstance()).build();
  }

  private void apply(VirtualCollection collection, Row row, long commitVersion) {
    Optional<Row> newer = collection.apply(row, commitVersion);
    between.trace((row.delete() ? "deletes " : "takes ") + row.key() + "@" + row.version());
    between.applied(collection, row, newer);
  }

  private Object query(VirtualCollection collection, QueryRequest request) {
    StringArray.Builder keys = StringArray.newBuilder();
    LongArray.Builder versions = LongArray.newBuilder();
    LongArray.Builder hashes = LongArray.newBuilder();
    for (String key : keys(request.getExpr())) {
      Stored stored = collection.rows().get(key);
      if (stored != null) {
        keys.addData(key);
        versions.addData(stored.commitVersion());
        hashes.addData(stored.hash());
      }
    }
    return QueryResults.newBuilder()
        .setStatus(Status.getDefaultInstance())
        .addFieldsData(
            FieldData.newBuilder()
                .setFieldName(KEY_FIELD)
                .setScalars(ScalarField.newBuilder().setStringData(keys)))
        .addFieldsData(longs("commit_version", versions))
        .addFieldsData(longs("row_hash", hashes))
        .build();
  }

  private static FieldData longs(String name, LongArray.Builder values) {
    return FieldData.newBuilder()
        .setFieldName(name)
        .setScalars(ScalarField.newBuilder().setLongData(values))
        .build();
  }

  private static Object describe(VirtualCollection collection) {
    return DescribeCollectionResponse.newBuilder()
        .setStatus(Status.getDefaultInstance())
        .setSchema(SCHEMA.toBuilder().clearDescription())
        .setCollectionID(collection.id())
        .addProperties(SimulatedWriters.mark(collection.ledgerId()))
        .build();
  }

  /** The keys of an expression {@code field in ["a","b"]}. */
  private static List<String> keys(String expression) {
    List<String> keys = new ArrayList<>();
    int at = expression.indexOf('"');
    while (at >= 0) {
      int end = expression.indexOf('"', at + 1);
      keys.add(expression.substring(at + 1, end));
      at = expression.indexOf('"', end + 1);
    }
    return keys;
  }

  private static Object failed(Kind kind, int code) {
    Status.Builder status = Status.newBuilder().setReason("simulated");
    if (code == 6) {
      // Milvus Lite's illegal argument, in both fields.
      legacy(status, code);
    }
    status.setCode(code);
    return switch (kind) {
      case UPSERT, DELETE -> MutationResult.newBuilder().setStatus(status).build();
      case QUERY -> QueryResults.newBuilder().setStatus(status).build();
      case DESCRIBE -> DescribeCollectionResponse.newBuilder().setStatus(status).build();
      case HAS -> BoolResponse.newBuilder().setStatus(status).build();
      case LIST -> ShowCollectionsResponse.newBuilder().setStatus(status).build();
    };
  }

  @SuppressWarnings("deprecation") // Lite fills it.
  private static void legacy(Status.Builder status, int code) {
    status.setErrorCodeValue(code);
  }

  private Object call(Object request, Deadline deadline) {
    Kind kind;
    String what;
    Map<String, Row> deletions = new TreeMap<>();
    if (request instanceof UpsertRequest) {
      kind = Kind.UPSERT;
      what = "upsert";
    } else if (request instanceof DeleteRequest delete) {
      kind = Kind.DELETE;
      what = "delete";
      for (String key : keys(delete.getExpr())) {
        between.deletion(key).ifPresent(row -> deletions.put(key, row));
      }
    } else if (request instanceof QueryRequest) {
      kind = Kind.QUERY;
      what = "query";
    } else if (request instanceof DescribeCollectionRequest) {
      kind = Kind.DESCRIBE;
      what = "describe";
    } else if (request instanceof HasCollectionRequest) {
      kind = Kind.HAS;
      what = "look for the collection";
    } else if (request instanceof ShowCollectionsRequest) {
      kind = Kind.LIST;
      what = "list of collections";
    } else {
      throw new IllegalStateException("The simulated Milvus knows no " + request.getClass());
    }
    Fate fate = between.send(kind, what, deadline);
    if (deadline.isExpired()) {
      return io.milvus.shaded.io.grpc.Status.DEADLINE_EXCEEDED;
    }
    Optional<Flight> flight = Optional.empty();
    if (fate.arrives() >= 0) {
      Flight sent =
          new Flight(sequence++, kind, request, deletions, fate.rowsLost(), fate.arrives());
      flight = Optional.of(sent);
      flights.add(sent);
      if (fate.again() >= 0) {
        flights.add(new Flight(sequence++, kind, request, deletions, 0, fate.again()));
      }
    }
    long left = Math.max(0, deadline.timeRemaining(TimeUnit.MILLISECONDS));
    long end = between.now() + left;
    long until = Math.min(end, fate.answers());
    between.sleep(until - between.now());
    if (fate.answers() > end) {
      between.trace("no answer to the " + what);
      return io.milvus.shaded.io.grpc.Status.DEADLINE_EXCEEDED;
    }
    if (fate.breaks()) {
      between.trace("the connection breaks during the " + what);
      return io.milvus.shaded.io.grpc.Status.UNAVAILABLE;
    }
    if (fate.code() != 0) {
      between.trace("wrong answer " + fate.code() + " to the " + what);
      return failed(kind, fate.code());
    }
    arrive(between.now());
    return flight.orElseThrow().answer.orElseThrow();
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return new ClientCall<>() {
      private Listener<A> listener;
      private Q request;

      @Override
      public void start(Listener<A> itsListener, Metadata headers) {
        listener = itsListener;
      }

      @Override
      public void request(int messages) {}

      @Override
      public void cancel(String message, Throwable cause) {}

      @Override
      public void sendMessage(Q message) {
        request = message;
      }

      @Override
      @SuppressWarnings("unchecked") // The method's own kind of answer.
      public void halfClose() {
        Object answer = call(request, options.getDeadline());
        listener.onHeaders(new Metadata());
        if (answer instanceof io.milvus.shaded.io.grpc.Status status) {
          listener.onClose(status, new Metadata());
        } else {
          listener.onMessage((A) answer);
          listener.onClose(io.milvus.shaded.io.grpc.Status.OK, new Metadata());
        }
      }
    };
  }

  @Override
  public String authority() {
    return "simulation";
  }

  @Override
  public void enterIdle() {}

  @Override
  public void resetConnectBackoff() {}

  @Override
  public ConnectivityState getState(boolean requestConnection) {
    return ConnectivityState.READY;
  }

  @Override
  public ManagedChannel shutdown() {
    return this;
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public ManagedChannel shutdownNow() {
    return this;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
