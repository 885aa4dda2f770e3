package ringfence.host.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ServiceName;

/// What two runs are offered, over a real region.
class LinkTableTest {
  private static final class End implements LinkEnd {
    private final ServiceName name;
    private final int messageBytes;
    private final List<RingOffer> offers = new ArrayList<>();

    End(String name, int messageBytes) {
      this.name = new ServiceName(name);
      this.messageBytes = messageBytes;
    }

    @Override
    public ServiceName name() {
      return name;
    }

    @Override
    public int messageBytes() {
      return messageBytes;
    }

    @Override
    public void offerRegion(SharedRegion region, RingOffer offer) {
      offers.add(offer);
    }

    @Override
    public void send(ControlEvent event) {}
  }

  @Test
  void theSmallerLimitOfTheTwoBoundsTheMessagesOfBoth() throws Exception {
    End small = new End("small", 128 << 10);
    End large = new End("large", 16 << 20);
    End other = new End("other", 1 << 20);
    LinkTable links = new LinkTable();
    try (SharedRegion region = LinkTable.createRegion()) {
      links.connect(small, large, region);
      links.connect(large, small, region);
      links.connect(large, other, region);
    }
    assertThat(small.offers).extracting(RingOffer::maxMessageBytes).containsExactly(128 << 10, 128 << 10);
    assertThat(large.offers).extracting(RingOffer::maxMessageBytes).containsExactly(128 << 10, 128 << 10, 1 << 20);
    assertThat(other.offers).extracting(RingOffer::maxMessageBytes).containsExactly(1 << 20);
  }
}
