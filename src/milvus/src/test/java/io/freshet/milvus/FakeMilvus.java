package io.freshet.milvus;

import io.milvus.grpc.BoolResponse;
import io.milvus.grpc.CreateCollectionRequest;
import io.milvus.grpc.DeleteRequest;
import io.milvus.grpc.DescribeCollectionRequest;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.DescribeIndexRequest;
import io.milvus.grpc.DescribeIndexResponse;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.GetLoadStateRequest;
import io.milvus.grpc.GetLoadStateResponse;
import io.milvus.grpc.HasCollectionRequest;
import io.milvus.grpc.IndexDescription;
import io.milvus.grpc.LoadState;
import io.milvus.grpc.LongArray;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.MutationResult;
import io.milvus.grpc.QueryRequest;
import io.milvus.grpc.QueryResults;
import io.milvus.grpc.ScalarField;
import io.milvus.grpc.ShowCollectionsRequest;
import io.milvus.grpc.ShowCollectionsResponse;
import io.milvus.grpc.Status;
import io.milvus.grpc.StringArray;
import io.milvus.grpc.UpsertRequest;
import io.milvus.shaded.io.grpc.Context;
import io.milvus.shaded.io.grpc.Server;
import io.milvus.shaded.io.grpc.StatusRuntimeException;
import io.milvus.shaded.io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.milvus.shaded.io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A gRPC server of this JVM that answers as a test tells it to, and remembers what it was asked.
 */
final class FakeMilvus extends MilvusServiceGrpc.MilvusServiceImplBase implements AutoCloseable {
  final List<UpsertRequest> upserts = new CopyOnWriteArrayList<>();
  final List<DeleteRequest> deletes = new CopyOnWriteArrayList<>();

  final List<QueryRequest> queries = new CopyOnWriteArrayList<>();

  /** Upserts, deletes and queries in the order of their arrival. */
  final List<String> order = new CopyOnWriteArrayList<>();

  /** The keys of upserts that were accepted and not followed by an accepted delete of theirs. */
  final Set<String> kept = ConcurrentHashMap.newKeySet();

  /** The time that each upsert had left when it arrived. */
  final List<Long> millisLeft = new CopyOnWriteArrayList<>();

  volatile Function<UpsertRequest, MutationResult> onUpsert = FakeMilvus::accepted;
  volatile Function<DeleteRequest, MutationResult> onDelete = request -> success().build();
  volatile Function<QueryRequest, QueryResults> onQuery = request -> rows();
  volatile Supplier<DescribeCollectionResponse> onDescribe;
  volatile Supplier<BoolResponse> onHas = () -> BoolResponse.newBuilder().setValue(true).build();
  volatile Supplier<ShowCollectionsResponse> onList = () -> listed(0);
  volatile Function<CreateCollectionRequest, Status> onCreate =
      request -> Status.getDefaultInstance();

  private static final int COLLECTION_NOT_FOUND = 100;

  private final Server server;

  FakeMilvus() {
    onDescribe = () -> described(target());
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(this)
              .maxInboundMessageSize(64 << 20)
              .build()
              .start();
    } catch (IOException e) {
      throw new IllegalStateException("Cannot start the fake server", e);
    }
  }

  MilvusTarget target() {
    return MilvusTarget.of(
        "http://127.0.0.1:" + server.getPort(), "vectors", Updates.DIMENSION, "ledger-1");
  }

  static List<String> keys(UpsertRequest request) {
    return request.getFieldsData(0).getScalars().getStringData().getDataList();
  }

  static MutationResult accepted(UpsertRequest request) {
    return success().setUpsertCnt(request.getNumRows()).build();
  }

  static MutationResult deleted() {
    return success().build();
  }

  static MutationResult failed(int code, String reason) {
    return MutationResult.newBuilder()
        .setStatus(Status.newBuilder().setCode(code).setReason(reason))
        .build();
  }

  /** An answer to a query that asks for no vectors. */
  static QueryResults rows(StoredRow... rows) {
    StringArray.Builder keys = StringArray.newBuilder();
    LongArray.Builder versions = LongArray.newBuilder();
    LongArray.Builder hashes = LongArray.newBuilder();
    for (StoredRow row : rows) {
      keys.addData(row.key());
      versions.addData(row.commitVersion());
      hashes.addData(row.rowHash());
    }
    return QueryResults.newBuilder()
        .setStatus(Status.getDefaultInstance())
        .addFieldsData(
            FieldData.newBuilder()
                .setFieldName("user_id")
                .setScalars(ScalarField.newBuilder().setStringData(keys)))
        .addFieldsData(longs(CollectionSchemas.COMMIT_VERSION, versions))
        .addFieldsData(longs(CollectionSchemas.ROW_HASH, hashes))
        .build();
  }

  /** The answer to a query for how many rows there are. */
  static QueryResults counted(long rows) {
    return QueryResults.newBuilder()
        .setStatus(Status.getDefaultInstance())
        .addFieldsData(longs("count(*)", LongArray.newBuilder().addData(rows)))
        .build();
  }

  private static FieldData longs(String name, LongArray.Builder values) {
    return FieldData.newBuilder()
        .setFieldName(name)
        .setScalars(ScalarField.newBuilder().setLongData(values))
        .build();
  }

  /** From now on every answer is that there is no such collection. */
  void lose() {
    onUpsert = request -> notFound();
    onDelete = request -> notFound();
    onQuery = request -> QueryResults.newBuilder().setStatus(notFound().getStatus()).build();
    onDescribe = FakeMilvus::notDescribed;
    onHas = () -> BoolResponse.newBuilder().setValue(false).build();
    onList = () -> ShowCollectionsResponse.getDefaultInstance();
  }

  static MutationResult notFound() {
    return failed(COLLECTION_NOT_FOUND, "collection not found");
  }

  static DescribeCollectionResponse notDescribed() {
    return DescribeCollectionResponse.newBuilder().setStatus(notFound().getStatus()).build();
  }

  ShowCollectionsResponse listed(long id) {
    return ShowCollectionsResponse.newBuilder()
        .addCollectionNames(target().collection())
        .addCollectionIds(id)
        .build();
  }

  static DescribeCollectionResponse described(MilvusTarget target) {
    return DescribeCollectionResponse.newBuilder().setSchema(CollectionSchemas.of(target)).build();
  }

  static DescribeCollectionResponse described(MilvusTarget target, long id) {
    return described(target).toBuilder().setCollectionID(id).build();
  }

  @Override
  public void upsert(UpsertRequest request, StreamObserver<MutationResult> answer) {
    upserts.add(request);
    order.add("upsert");
    millisLeft.add(Context.current().getDeadline().timeRemaining(TimeUnit.MILLISECONDS));
    answer(
        answer,
        () -> {
          MutationResult result = onUpsert.apply(request);
          if (StatusCodes.isSuccess(result.getStatus())) {
            kept.addAll(keys(request));
          }
          return result;
        });
  }

  @Override
  public void delete(DeleteRequest request, StreamObserver<MutationResult> answer) {
    deletes.add(request);
    order.add("delete");
    answer(
        answer,
        () -> {
          MutationResult result = onDelete.apply(request);
          if (StatusCodes.isSuccess(result.getStatus())) {
            kept.removeIf(key -> request.getExpr().contains(DeleteExpression.quote(key)));
          }
          return result;
        });
  }

  @Override
  public void query(QueryRequest request, StreamObserver<QueryResults> answer) {
    queries.add(request);
    order.add("query");
    answer(answer, () -> onQuery.apply(request));
  }

  @Override
  public void describeCollection(
      DescribeCollectionRequest request, StreamObserver<DescribeCollectionResponse> answer) {
    answer(answer, onDescribe);
  }

  @Override
  public void hasCollection(HasCollectionRequest request, StreamObserver<BoolResponse> answer) {
    answer(answer, onHas);
  }

  @Override
  public void showCollections(
      ShowCollectionsRequest request, StreamObserver<ShowCollectionsResponse> answer) {
    answer(answer, onList);
  }

  @Override
  public void createCollection(CreateCollectionRequest request, StreamObserver<Status> answer) {
    answer(answer, () -> onCreate.apply(request));
  }

  @Override
  public void describeIndex(
      DescribeIndexRequest request, StreamObserver<DescribeIndexResponse> answer) {
    answer(
        answer,
        () ->
            DescribeIndexResponse.newBuilder()
                .addIndexDescriptions(
                    IndexDescription.newBuilder()
                        .setFieldName(CollectionSchemas.VECTOR)
                        .addParams(CollectionSchemas.pair("metric_type", MilvusCollection.METRIC)))
                .build());
  }

  @Override
  public void getLoadState(
      GetLoadStateRequest request, StreamObserver<GetLoadStateResponse> answer) {
    answer(
        answer,
        () -> GetLoadStateResponse.newBuilder().setState(LoadState.LoadStateLoaded).build());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static MutationResult.Builder success() {
    return MutationResult.newBuilder().setStatus(Status.getDefaultInstance());
  }

  private static <T> void answer(StreamObserver<T> observer, Supplier<T> answer) {
    try {
      observer.onNext(answer.get());
      observer.onCompleted();
    } catch (StatusRuntimeException e) {
      observer.onError(e);
    }
  }
}
