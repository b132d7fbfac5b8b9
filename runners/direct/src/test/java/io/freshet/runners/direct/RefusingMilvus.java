package io.freshet.runners.direct;

import com.google.protobuf.InvalidProtocolBufferException;
import io.milvus.grpc.MutationResult;
import io.milvus.grpc.Status;
import io.milvus.grpc.UpsertRequest;
import io.milvus.shaded.io.grpc.CallOptions;
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
import java.util.Optional;
import java.util.function.Function;

/** Stands before a Milvus and passes calls on, but for those that it answers itself. */
final class RefusingMilvus implements AutoCloseable {
  private static final int UNEXPECTED = 65535;
  private static final int MOST_BYTES = 64 << 20;

  private final ManagedChannel milvus;
  private final Server server;
  private volatile Function<UpsertRequest, Optional<String>> onUpsert = request -> Optional.empty();

  RefusingMilvus(String uri) {
    milvus =
        ManagedChannelBuilder.forTarget(uri.substring(uri.indexOf("//") + 2))
            .usePlaintext()
            .maxInboundMessageSize(MOST_BYTES)
            .build();
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .maxInboundMessageSize(MOST_BYTES)
              .fallbackHandlerRegistry(new AnyMethod())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String uri() {
    return "http://127.0.0.1:" + server.getPort();
  }

  /** From now on upserts that have this key are refused with a code that says nothing. */
  void refuseKey(String key) {
    onUpsert =
        request ->
            request.getFieldsData(0).getScalars().getStringData().getDataList().contains(key)
                ? Optional.of("refused for the test")
                : Optional.empty();
  }

  private byte[] answer(MethodDescriptor<byte[], byte[]> method, byte[] request) {
    if (method.getFullMethodName().endsWith("/Upsert")) {
      try {
        Optional<String> refusal = onUpsert.apply(UpsertRequest.parseFrom(request));
        if (refusal.isPresent()) {
          return MutationResult.newBuilder()
              .setStatus(Status.newBuilder().setCode(UNEXPECTED).setReason(refusal.get()))
              .build()
              .toByteArray();
        }
      } catch (InvalidProtocolBufferException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ClientCalls.blockingUnaryCall(milvus, method, CallOptions.DEFAULT, request);
  }

  @Override
  public void close() {
    server.shutdownNow();
    milvus.shutdownNow();
  }

  private final class AnyMethod extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
      MethodDescriptor<byte[], byte[]> method =
          MethodDescriptor.newBuilder(new Bytes(), new Bytes())
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(name)
              .build();
      return ServerMethodDefinition.create(
          method,
          ServerCalls.asyncUnaryCall(
              (byte[] request, StreamObserver<byte[]> observer) -> {
                try {
                  observer.onNext(answer(method, request));
                  observer.onCompleted();
                } catch (StatusRuntimeException e) {
                  observer.onError(e);
                }
              }));
    }
  }

  /** Messages as they come. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream message) {
      try {
        return message.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
