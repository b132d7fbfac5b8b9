package io.freshet.milvus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.MilvusServiceGrpc.MilvusServiceBlockingStub;
import io.milvus.shaded.io.grpc.ConnectivityState;
import io.milvus.shaded.io.grpc.Deadline;
import io.milvus.shaded.io.grpc.ManagedChannel;
import io.milvus.shaded.io.grpc.ManagedChannelBuilder;
import io.milvus.shaded.io.grpc.Metadata;
import io.milvus.shaded.io.grpc.NameResolverRegistry;
import io.milvus.shaded.io.grpc.Status;
import io.milvus.shaded.io.grpc.StatusRuntimeException;
import io.milvus.shaded.io.grpc.stub.MetadataUtils;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of this JVM to an {@link Endpoint}, shared by every DoFn: runners make and
 * drop DoFns as often as once a bundle.
 *
 * <p>It calls the SDK's generated stubs rather than its {@code MilvusClientV2}, which connects in
 * its constructor, waits for a server that is away, retries 75 times by itself, and costs four
 * times the CPU for a row. Here nothing is sent before the first call, nothing is retried, and
 * every call has an absolute deadline.
 */
final class MilvusClient {
  private static final Logger LOG = LoggerFactory.getLogger(MilvusClient.class);
  private static final int MAX_INBOUND_BYTES = 64 << 20;
  private static final Map<Endpoint, MilvusClient> CLIENTS = new ConcurrentHashMap<>();

  static {
    NameResolverRegistry.getDefaultRegistry().register(new HostNames());
  }

  private final Endpoint endpoint;
  private final ManagedChannel channel;
  private final MilvusServiceBlockingStub stub;
  private final AtomicBoolean away = new AtomicBoolean();
  private final AtomicLong connections = new AtomicLong();

  private MilvusClient(Endpoint endpoint) {
    this(endpoint, connect(endpoint));
  }

  private MilvusClient(Endpoint endpoint, ManagedChannel channel) {
    this.endpoint = endpoint;
    this.channel = channel;
    this.stub = MilvusServiceGrpc.newBlockingStub(channel);
  }

  private static ManagedChannel connect(Endpoint endpoint) {
    ManagedChannelBuilder<?> builder =
        channelTo(endpoint)
            .maxInboundMessageSize(MAX_INBOUND_BYTES)
            .disableRetry()
            .intercept(MetadataUtils.newAttachHeadersInterceptor(headers(endpoint)));
    return (endpoint.tls() ? builder.useTransportSecurity() : builder.usePlaintext()).build();
  }

  private static ManagedChannelBuilder<?> channelTo(Endpoint endpoint) {
    return endpoint.host().contains("_")
        ? ManagedChannelBuilder.forTarget(HostNames.target(endpoint))
        : ManagedChannelBuilder.forAddress(endpoint.host(), endpoint.port());
  }

  /** This JVM's client of {@code endpoint}. It is never closed: others may use it. */
  static MilvusClient of(Endpoint endpoint) {
    return CLIENTS.computeIfAbsent(endpoint, MilvusClient::new);
  }

  /** Has this JVM reach {@code endpoint} by {@code channel}: for a server that is simulated. */
  static void reach(Endpoint endpoint, ManagedChannel channel) {
    CLIENTS.put(endpoint, new MilvusClient(endpoint, channel));
  }

  /** Calls the server; the call ends at {@code deadline} whatever happens. */
  <T> T call(Deadline deadline, Function<MilvusServiceBlockingStub, T> rpc) throws MilvusException {
    if (away.get()) {
      // Else the channel's own backoff, up to two minutes, would outlast the outage.
      channel.resetConnectBackoff();
    }
    try {
      T answer = rpc.apply(stub.withDeadline(deadline));
      if (away.compareAndSet(true, false)) {
        LOG.info("Milvus at {} answers again", endpoint);
      }
      return answer;
    } catch (StatusRuntimeException e) {
      MilvusException failure = MilvusException.of(e);
      if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
        // The connection may lead to a machine that is gone: the next call makes a new one.
        channel.enterIdle();
      }
      if (!failure.answered() && away.compareAndSet(false, true)) {
        LOG.warn("Milvus at {} does not answer: {}", endpoint, failure.getMessage());
      }
      throw failure;
    }
  }

  /**
   * Which connection the next call uses: greater than ever before where it makes a new one, or may
   * do so. The server may be another one then.
   */
  long connection() {
    return channel.getState(false) == ConnectivityState.READY
        ? connections.get()
        : connections.incrementAndGet();
  }

  private static Metadata headers(Endpoint endpoint) {
    Metadata headers = new Metadata();
    if (!endpoint.token().isEmpty()) {
      headers.put(
          key("authorization"),
          Base64.getEncoder().encodeToString(endpoint.token().getBytes(UTF_8)));
    }
    if (!endpoint.database().isEmpty()) {
      headers.put(key("dbname"), endpoint.database());
    }
    return headers;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
