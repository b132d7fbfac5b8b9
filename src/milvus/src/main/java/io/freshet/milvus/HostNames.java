package io.freshet.milvus;

import io.milvus.shaded.io.grpc.EquivalentAddressGroup;
import io.milvus.shaded.io.grpc.NameResolver;
import io.milvus.shaded.io.grpc.NameResolverProvider;
import io.milvus.shaded.io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds hosts by whatever name the system knows them: gRPC's own way refuses those with an
 * underscore, as services of container networks have.
 */
final class HostNames extends NameResolverProvider {
  private static final String SCHEME = "freshet-host";
  private static final int PRIORITY = 5;

  /** The target of gRPC that stands for a host, found in this way. */
  static String target(Endpoint endpoint) {
    return SCHEME + ":///" + endpoint.host() + ":" + endpoint.port();
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return PRIORITY;
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  public NameResolver newNameResolver(URI target, NameResolver.Args args) {
    return target.getScheme().equals(SCHEME)
        ? new Resolver(target.getPath().substring(1), args)
        : null;
  }

  private static final class Resolver extends NameResolver {
    private final String authority;
    private final NameResolver.Args args;
    private Listener2 listener;
    private boolean shutDown;

    Resolver(String authority, NameResolver.Args args) {
      this.authority = authority;
      this.args = args;
    }

    @Override
    public String getServiceAuthority() {
      return authority;
    }

    @Override
    public void start(Listener2 newListener) {
      listener = newListener;
      refresh();
    }

    @Override
    public void refresh() {
      args.getOffloadExecutor().execute(this::resolve);
    }

    /** In a thread of its own: it may take long. */
    private void resolve() {
      int colon = authority.lastIndexOf(':');
      String host = authority.substring(0, colon);
      int port = Integer.parseInt(authority.substring(colon + 1));
      try {
        List<EquivalentAddressGroup> addresses = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(host)) {
          addresses.add(new EquivalentAddressGroup(new InetSocketAddress(address, port)));
        }
        ResolutionResult result = ResolutionResult.newBuilder().setAddresses(addresses).build();
        tell(() -> listener.onResult(result));
      } catch (UnknownHostException e) {
        Status unknown =
            Status.UNAVAILABLE.withDescription("Unable to resolve host " + host).withCause(e);
        tell(() -> listener.onError(unknown));
      }
    }

    private void tell(Runnable news) {
      args.getSynchronizationContext()
          .execute(
              () -> {
                if (!shutDown) {
                  news.run();
                }
              });
    }

    @Override
    public void shutdown() {
      shutDown = true;
    }
  }
}
