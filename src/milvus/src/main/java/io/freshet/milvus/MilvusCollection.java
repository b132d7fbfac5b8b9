package io.freshet.milvus;

import io.freshet.changes.VectorOrigin;
import io.milvus.grpc.AlterCollectionRequest;
import io.milvus.grpc.BoolResponse;
import io.milvus.grpc.CreateCollectionRequest;
import io.milvus.grpc.CreateIndexRequest;
import io.milvus.grpc.DeleteRequest;
import io.milvus.grpc.DescribeCollectionRequest;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.DescribeIndexRequest;
import io.milvus.grpc.DescribeIndexResponse;
import io.milvus.grpc.GetLoadStateRequest;
import io.milvus.grpc.GetLoadStateResponse;
import io.milvus.grpc.HasCollectionRequest;
import io.milvus.grpc.IndexDescription;
import io.milvus.grpc.KeyValuePair;
import io.milvus.grpc.LoadCollectionRequest;
import io.milvus.grpc.LoadState;
import io.milvus.grpc.MutationResult;
import io.milvus.grpc.ShowCollectionsRequest;
import io.milvus.grpc.ShowCollectionsResponse;
import io.milvus.grpc.Status;
import io.milvus.grpc.UpsertRequest;
import io.milvus.shaded.io.grpc.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The requests about one collection. Each is sent once and ends at its deadline. */
final class MilvusCollection {
  static final String METRIC = "L2";

  private final MilvusTarget target;
  private final CollectionCalls calls;

  MilvusCollection(MilvusTarget target) {
    this.target = target;
    this.calls = new CollectionCalls(target);
  }

  boolean exists(Deadline deadline) throws MilvusException {
    HasCollectionRequest request =
        HasCollectionRequest.newBuilder()
            .setDbName(target.database())
            .setCollectionName(target.collection())
            .build();
    BoolResponse answer = calls.call(deadline, stub -> stub.hasCollection(request));
    check(answer.getStatus());
    return answer.getValue();
  }

  DescribeCollectionResponse describe(Deadline deadline) throws MilvusException {
    DescribeCollectionRequest request =
        DescribeCollectionRequest.newBuilder()
            .setDbName(target.database())
            .setCollectionName(target.collection())
            .build();
    DescribeCollectionResponse answer =
        calls.call(deadline, stub -> stub.describeCollection(request));
    check(answer.getStatus());
    return answer;
  }

  /** The server's id of the collection in its list of all; empty if it is not in the list. */
  OptionalLong listedId(Deadline deadline) throws MilvusException {
    ShowCollectionsRequest request =
        ShowCollectionsRequest.newBuilder().setDbName(target.database()).build();
    ShowCollectionsResponse answer = calls.call(deadline, stub -> stub.showCollections(request));
    check(answer.getStatus());
    int index = answer.getCollectionNamesList().indexOf(target.collection());
    if (index < 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        index < answer.getCollectionIdsCount() ? answer.getCollectionIds(index) : 0);
  }

  /** Creates the collection, with a mark that no other bears, and what its vectors are made by. */
  void create(String mark, Optional<VectorOrigin> vectors, Deadline deadline)
      throws MilvusException {
    CreateCollectionRequest request =
        CreateCollectionRequest.newBuilder()
            .setDbName(target.database())
            .setCollectionName(target.collection())
            .setSchema(CollectionSchemas.of(target).toByteString())
            .addProperties(LedgerMark.property(target.ledgerId()))
            .addProperties(LedgerMark.made(target.ledgerId(), mark))
            .addAllProperties(vectors.map(LedgerMark::vectors).orElse(List.of()))
            .build();
    check(calls.call(deadline, stub -> stub.createCollection(request)));
  }

  /** Writes the target's ledger into the collection. */
  void mark(Deadline deadline) throws MilvusException {
    setProperties(List.of(LedgerMark.property(target.ledgerId())), deadline);
  }

  /** Writes into the collection what its vectors are made by. */
  void markVectors(VectorOrigin origin, Deadline deadline) throws MilvusException {
    setProperties(LedgerMark.vectors(origin), deadline);
  }

  private void setProperties(List<KeyValuePair> properties, Deadline deadline)
      throws MilvusException {
    AlterCollectionRequest request =
        AlterCollectionRequest.newBuilder()
            .setDbName(target.database())
            .setCollectionName(target.collection())
            .addAllProperties(properties)
            .build();
    check(calls.call(deadline, stub -> stub.alterCollection(request)));
  }

  /** Begins to build the index; the server goes on by itself. */
  void createIndex(Deadline deadline) throws MilvusException {
    CreateIndexRequest request =
        CreateIndexRequest.newBuilder()
            .setDbName(target.database())
            .setCollectionName(target.collection())
            .setFieldName(CollectionSchemas.VECTOR)
            .setIndexName(CollectionSchemas.VECTOR)
            .addExtraParams(CollectionSchemas.pair("index_type", "IVF_FLAT"))
            .addExtraParams(CollectionSchemas.pair("metric_type", METRIC))
            .addExtraParams(CollectionSchemas.pair("params", "{\"nlist\":1024}"))
            .build();
    check(calls.call(deadline, stub -> stub.createIndex(request)));
  }

  /** The metric type of the index on the vectors; empty if there is no index. */
  Optional<String> indexMetric(Deadline deadline) throws MilvusException {
    DescribeIndexRequest request =
        DescribeIndexRequest.newBuilder()
            .setDbName(target.database())
            .setCollectionName(target.collection())
            .setFieldName(CollectionSchemas.VECTOR)
            .build();
    DescribeIndexResponse answer = calls.call(deadline, stub -> stub.describeIndex(request));
    Status status = answer.getStatus();
    if (StatusCodes.isIndexNotFound(status)) {
      return Optional.empty();
    }
    check(status);
    for (IndexDescription index : answer.getIndexDescriptionsList()) {
      if (index.getFieldName().equals(CollectionSchemas.VECTOR)) {
        return Optional.of(
            CollectionSchemas.param(index.getParamsList(), "metric_type").orElse("unknown"));
      }
    }
    return Optional.empty();
  }

  /** Begins to load; loading what is loaded is allowed. */
  void load(Deadline deadline) throws MilvusException {
    LoadCollectionRequest request =
        LoadCollectionRequest.newBuilder()
            .setDbName(target.database())
            .setCollectionName(target.collection())
            .setReplicaNumber(1)
            .build();
    check(calls.call(deadline, stub -> stub.loadCollection(request)));
  }

  LoadState loadState(Deadline deadline) throws MilvusException {
    GetLoadStateRequest request =
        GetLoadStateRequest.newBuilder()
            .setDbName(target.database())
            .setCollectionName(target.collection())
            .build();
    GetLoadStateResponse answer = calls.call(deadline, stub -> stub.getLoadState(request));
    check(answer.getStatus());
    return answer.getState();
  }

  /** Fails, too, if the server acknowledges fewer rows than the request has. */
  void upsert(UpsertRequest request, Deadline deadline) throws MilvusException {
    MutationResult result = calls.write(deadline, stub -> stub.upsert(request));
    check(result.getStatus());
    long written =
        Math.min(result.getUpsertCnt(), request.getNumRows() - result.getErrIndexCount());
    if (written < request.getNumRows()) {
      throw MilvusException.ofCount(written, request.getNumRows());
    }
  }

  /** Deletes what {@code expression} selects; that there is nothing to delete is no failure. */
  void delete(String expression, Deadline deadline) throws MilvusException {
    DeleteRequest request =
        DeleteRequest.newBuilder()
            .setDbName(target.database())
            .setCollectionName(target.collection())
            .setExpr(expression)
            .build();
    MutationResult result = calls.write(deadline, stub -> stub.delete(request));
    check(result.getStatus());
  }

  private static void check(Status status) throws MilvusException {
    if (!StatusCodes.isSuccess(status)) {
      throw MilvusException.of(status);
    }
  }
}
