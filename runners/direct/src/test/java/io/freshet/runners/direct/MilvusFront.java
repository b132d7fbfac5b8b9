package io.freshet.runners.direct;

import com.google.protobuf.MessageLite;
import io.milvus.grpc.BoolResponse;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.MutationResult;
import io.milvus.grpc.QueryResults;
import io.milvus.grpc.ShowCollectionsResponse;
import io.milvus.grpc.Status;
import io.milvus.shaded.io.grpc.CallOptions;
import io.milvus.shaded.io.grpc.Context;
import io.milvus.shaded.io.grpc.HandlerRegistry;
import io.milvus.shaded.io.grpc.ManagedChannel;
import io.milvus.shaded.io.grpc.ManagedChannelBuilder;
import io.milvus.shaded.io.grpc.MethodDescriptor;
import io.milvus.shaded.io.grpc.Server;
import io.milvus.shaded.io.grpc.ServerMethodDefinition;
import io.milvus.shaded.io.grpc.StatusRuntimeException;
import io.milvus.shaded.io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.milvus.shaded.io.grpc.stub.ClientCalls;
import io.milvus.shaded.io.grpc.stub.ServerCalls;
import io.milvus.shaded.io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a Milvus and passes its calls on: until it is told to deny that there is a
 * collection, or to hold upserts back, also those of clients that have died since.
 */
final class MilvusFront implements AutoCloseable {
  private static final Status NOT_FOUND =
      Status.newBuilder().setCode(100).setReason("collection not found").build();

  /** What a server answers that does not know the collection. */
  private static final Map<String, MessageLite> DENIALS =
      Map.of(
          "Upsert", MutationResult.newBuilder().setStatus(NOT_FOUND).build(),
          "Delete", MutationResult.newBuilder().setStatus(NOT_FOUND).build(),
          "Query", QueryResults.newBuilder().setStatus(NOT_FOUND).build(),
          "DescribeCollection",
              DescribeCollectionResponse.newBuilder().setStatus(NOT_FOUND).build(),
          "HasCollection", BoolResponse.newBuilder().setValue(false).build(),
          "ShowCollections", ShowCollectionsResponse.getDefaultInstance());

  private final ManagedChannel channel;
  private final Server server;
  private final Set<String> toDenyOnce = ConcurrentHashMap.newKeySet();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger delivered = new AtomicInteger();
  private volatile boolean denies;
  private volatile Optional<CountDownLatch> gate = Optional.empty();

  MilvusFront(String uri) {
    URI parsed = URI.create(uri);
    channel =
        ManagedChannelBuilder.forAddress(parsed.getHost(), parsed.getPort()).usePlaintext().build();
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .fallbackHandlerRegistry(new Everything())
              .maxInboundMessageSize(64 << 20)
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String uri() {
    return "http://127.0.0.1:" + server.getPort();
  }

  /** Denies the collection once to each kind of call. */
  void denyOnce() {
    toDenyOnce.addAll(DENIALS.keySet());
  }

  /** Whether the collection has been denied to these calls since. */
  boolean hasDenied(String... calls) {
    return Set.of(calls).stream().noneMatch(toDenyOnce::contains);
  }

  /** Denies the collection to everybody, or no more. */
  void deny(boolean value) {
    denies = value;
  }

  /** From now on upserts wait here. */
  void hold() {
    gate = Optional.of(new CountDownLatch(1));
  }

  /** How many have waited. */
  int held() {
    return held.get();
  }

  /** How many of these Milvus has answered. */
  int delivered() {
    return delivered.get();
  }

  /** Delivers what was held back, and then all that comes. */
  void release() {
    gate.ifPresent(CountDownLatch::countDown);
    gate = Optional.empty();
  }

  @Override
  public void close() {
    release();
    server.shutdownNow();
    channel.shutdownNow();
  }

  private void call(
      MethodDescriptor<byte[], byte[]> method, byte[] request, StreamObserver<byte[]> answer) {
    try {
      String name = method.getBareMethodName();
      MessageLite denial = DENIALS.get(name);
      if (denial != null && (denies || toDenyOnce.remove(name))) {
        answer.onNext(denial.toByteArray());
      } else {
        boolean wasHeld = "Upsert".equals(name) && awaitRelease();
        byte[] passedOn = passOn(method, request);
        if (wasHeld) {
          delivered.incrementAndGet();
        }
        answer.onNext(passedOn);
      }
      answer.onCompleted();
    } catch (StatusRuntimeException e) {
      answer.onError(e);
    }
  }

  /** Not within the client's own call, which ends with the client. */
  private byte[] passOn(MethodDescriptor<byte[], byte[]> method, byte[] request) {
    Context before = Context.ROOT.attach();
    try {
      return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
    } finally {
      Context.ROOT.detach(before);
    }
  }

  /** Whether it had to wait. */
  private boolean awaitRelease() {
    Optional<CountDownLatch> closed = gate;
    if (closed.isPresent()) {
      held.incrementAndGet();
      try {
        closed.get().await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return closed.isPresent();
  }

  private final class Everything extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
      MethodDescriptor<byte[], byte[]> method =
          MethodDescriptor.newBuilder(Bytes.BYTES, Bytes.BYTES)
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(name)
              .build();
      return ServerMethodDefinition.create(
          method, ServerCalls.asyncUnaryCall((request, answer) -> call(method, request, answer)));
    }
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    BYTES;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
