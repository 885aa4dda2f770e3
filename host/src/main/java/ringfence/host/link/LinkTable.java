package ringfence.host.link;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import ringfence.host.flight.Flight;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.ControlEvent.LinkCut;
import ringfence.sandbox.protocol.ControlEvent.LinkOffered;
import ringfence.sandbox.protocol.LinkRole;

/// Which runs are linked. Not thread-safe: it belongs to the manager's thread.
///
/// ```
///   importer's worker                                   exporter's worker
///     region 2, FIRST  ====== shared memory ======  region 7, SECOND
///     LinkOffered(2, exporter, IMPORT)              LinkOffered(7, importer, DEPENDANT)
/// ```
/// Each worker numbers its links after its two own ports, so a number tells it nothing about other services.
public final class LinkTable {
  /// Takes a burst of calls without waiting; both rings of a link are memory that is really there.
  static final int RING_BYTES = 1 << 20;

  /// The longest argument list or result that any two runs may exchange; larger ones belong into a stream.
  public static final int MESSAGE_BYTES = 16 << 20;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final List<Link> links = new ArrayList<>();
  private final Map<LinkEnd, Long> lastRegion = new HashMap<>();

  /// @param importerRegion the region's number in the importer's worker
  /// @param exporterRegion and in the exporter's
  /// @param flight ended with the link
  private record Link(
      LinkEnd importer, long importerRegion, LinkEnd exporter, long exporterRegion, Flight.Span flight) {}

  /// Makes the memory of one link. Takes a moment, and may be called on any thread.
  ///
  /// @throws IOException if the machine has no memory or descriptors left for it
  public static SharedRegion createRegion() throws IOException {
    return SharedRegion.create("ringfence link", RingPort.regionBytes(RING_BYTES));
  }

  /// Hands a region's two ends to two workers and tells them what it is. The region may be closed afterwards.
  ///
  /// @throws LinkRefusedException if a worker did not take its end; the table holds no such link then
  public void connect(LinkEnd importer, LinkEnd exporter, SharedRegion region)
      throws LinkRefusedException {
    Link link =
        new Link(
            importer,
            nextRegion(importer),
            exporter,
            nextRegion(exporter),
            Flight.link(importer.name().value(), exporter.name().value()));
    RingOffer offer =
        new RingOffer(
            link.importerRegion,
            RingSide.FIRST,
            RING_BYTES,
            RANDOM.nextLong(),
            Math.min(importer.messageBytes(), exporter.messageBytes()));
    // The exporter first: an importer may call as soon as it has its end.
    hand(exporter, region, offer.forPeer(link.exporterRegion));
    try {
      hand(importer, region, offer);
    } catch (LinkRefusedException e) {
      exporter.send(new LinkOffered(link.exporterRegion, importer.name(), LinkRole.DEPENDANT));
      exporter.send(new LinkCut(link.exporterRegion));
      throw e;
    }
    links.add(link);
    exporter.send(new LinkOffered(link.exporterRegion, importer.name(), LinkRole.DEPENDANT));
    importer.send(new LinkOffered(link.importerRegion, exporter.name(), LinkRole.IMPORT));
  }

  /// Forgets a run that has ended, and tells the runs at the other ends of its links.
  public void cut(LinkEnd gone) {
    lastRegion.remove(gone);
    for (Iterator<Link> all = links.iterator(); all.hasNext(); ) {
      Link link = all.next();
      if (link.importer.equals(gone)) {
        all.remove();
        link.flight.end();
        link.exporter.send(new LinkCut(link.exporterRegion));
      } else if (link.exporter.equals(gone)) {
        all.remove();
        link.flight.end();
        link.importer.send(new LinkCut(link.importerRegion));
      }
    }
  }

  /// How many links there are.
  public int size() {
    return links.size();
  }

  private long nextRegion(LinkEnd end) {
    return lastRegion.merge(end, RingOffer.BROKER_REGION + 1, (last, _) -> last + 1);
  }

  private static void hand(LinkEnd end, SharedRegion region, RingOffer offer)
      throws LinkRefusedException {
    try {
      end.offerRegion(region, offer);
    } catch (IOException e) {
      throw new LinkRefusedException(end, e);
    }
  }
}
