"""Bugs to be seeded: one bounds check, one rule or one transition of net/ and drivers/ each, and the tests that must notice.

A text occurs exactly once in its file (mutants_test.py), so a mutant cannot rot unseen when the code changes.
"""

import collections

Mutant = collections.namedtuple("Mutant", "name file text replacement tests")

_WIRE = "//net/wire:%s_test"

# Which scripts are about what a file of net/tcp does.
_SCRIPTS = {
    "acknowledge.cc": ("close", "segment_arrives", "states"),
    "challenge.cc": ("segment_arrives",),
    "deadlines.cc": ("timers",),
    "handshake_arrives.cc": ("handshake", "states"),
    "output.cc": ("output", "window"),
    "receive.cc": ("handshake",),
    "segment_arrives.cc": ("segment_arrives", "states"),
    "syn_sent.cc": ("handshake", "states"),
    "text.cc": ("close", "states"),
    "time_wait_arrives.cc": ("close", "states"),
}


def _parser(name, part, text, replacement="", suffix="cc"):
    tests = (_WIRE % part.replace("dns_name", "dns"),)
    return Mutant(name, "net/wire/%s.%s" % (part, suffix), text, replacement, tests)


def _tcp(name, file, text, replacement=""):
    tests = tuple("//net/tcp/testing:%s_test" % script for script in _SCRIPTS[file])
    return Mutant(name, "net/tcp/" + file, text, replacement, tests)


def _part(name, part, text, replacement=""):
    return Mutant(name, "net/tcp/%s.cc" % part, text, replacement, ("//net/tcp:%s_test" % part,))


def _http(name, file, text, replacement="", test=None):
    return Mutant(name, "net/http/%s.cc" % file, text, replacement, ("//net/http:%s_test" % (test or file),))


def _driver(name, file, text, replacement="", test=None):
    folder, base = file.rsplit("/", 1)
    return Mutant(name, "drivers/%s.cc" % file, text, replacement, ("//drivers/%s:%s_test" % (folder, test or base),))


MUTANTS = (
    # ---- Parsers.
    _parser("ethernet: a tag beyond the frame", "ethernet",
            "    if (bytes.size() < kTaggedEthernetSize) return Fail(Error::kMalformed);\n"),
    _parser("ethernet: a group as source", "ethernet",
            "  if (header.source.IsGroup()) return Fail(Error::kMalformed);\n"),
    _parser("ethernet: a group as source, in a usual header", "ethernet", " && !SourceOf(header).IsGroup()", "", "h"),
    _parser("arp: shorter than a packet", "arp", "if (bytes.size() < kArpSize)", "if (bytes.empty())"),
    _parser("arp: a group as sender", "arp", "arp.sender_mac.IsGroup() || "),
    _parser("ipv4: a total size beyond the frame", "ipv4",
            "header->total_size > packet_size)", "header->total_size > packet_size + 65'535)"),
    _parser("ipv4: a total size beyond the frame, in a usual header", "ipv4", " && total_size <= packet_size",
            " && total_size <= packet_size + 65'535", "h"),
    _parser("ipv4: a header below 20 bytes", "ipv4", " || header.header_size < kIpv4Size"),
    _parser("ipv4: a wrong checksum", "ipv4", "  if (sum.Sum() != 0xffff) return Fail(Error::kMalformed);\n"),
    _parser("ipv4: a wrong checksum, in a usual header", "ipv4", "SumIpv4Header(header) == 0xffff",
            "SumIpv4Header(header) != 0", "h"),
    _parser("ipv4: a fragment beyond 65,535", "ipv4",
            "header->total_size > kMostTotalSize)", "header->total_size > 2 * kMostTotalSize)"),
    _parser("ipv4 options: lengths of 0 and 1", "ipv4_options",
            "if (size < 2 || size > bytes.size() - at)", "if (size > bytes.size() - at)"),
    _parser("ipv6: a payload beyond the packet", "ipv6",
            "  if (header.payload_size > packet_size - kIpv6Size) return Fail(Error::kMalformed);\n"),
    _parser("ipv6: an extension beyond the packet", "ipv6_extensions",
            "    if (size > rest.size()) return beyond();\n"),
    _parser("ipv6: any number of options", "ipv6_extensions",
            "if (++options > kMostIpv6Options)", "if (++options > 100 * kMostIpv6Options)"),
    Mutant("ndp: an option of length 0", "net/wire/ndp_options.cc", "if (size == 0 || size > bytes.size())",
           "if (size > bytes.size())", (_WIRE % "ndp",)),
    _parser("udp: a size beyond the datagram", "udp", " || header.size > datagram_size",
            " || header.size > datagram_size + 65'535", "h"),
    _parser("udp: a size below the header", "udp", "header.size < kUdpSize || ", "", "h"),
    _parser("tcp: a header beyond the segment", "tcp", "header.header_size > segment_size || ", "", "h"),
    _parser("tcp: options of length 0 and 1", "tcp",
            "if (size < 2 || size > rest)", "if (size > rest)"),
    _parser("tcp: an option beyond the header", "tcp", "if (size < 2 || size > rest)", "if (size < 2)"),
    _parser("dns: data beyond the message", "dns",
            "  if (record.data_size > message_.size() - record.data) return Fail(Error::kMalformed);\n"),
    _parser("dns: more records than fit", "dns",
            "if (least > message.size() - kDnsHeaderSize)", "if (least > message.size() + 65'535)"),
    _parser("dns: a pointer forward or to itself", "dns_name", " || target >= piece_start"),
    _parser("dns: a pointer into the header", "dns_name", "target < kHeaderSize || ", "target + 100 < kHeaderSize || "),
    _parser("dns: a name above 255 bytes", "dns_name", " || size_ + 1 + label.size() > kMostNameBytes"),
    _parser("dhcp: an option beyond the end", "dhcp", "    if (size > area.size() - 2) return false;\n"),
    _parser("dhcp: a list of broken addresses", "dhcp",
            "if (value.size == 0 || value.size % 4 != 0)", "if (value.size == 0)"),

    # ---- Reassembly, neighbours, services.
    Mutant("reassembly: overlaps", "net/ip/reassembly.cc",
           "if ((before != nullptr && before->end > begin) || (after != nullptr && after->offset < end))",
           "if (before != nullptr && before->end > begin)", ("//net/ip:reassembly_test",)),
    Mutant("reassembly: bytes beyond the end", "net/ip/reassembly.cc", "if (is_beyond || ", "if ((is_beyond && end > 1'000'000) || ",
           ("//net/ip:reassembly_test",)),
    Mutant("reassembly: one source takes all", "net/ip/reassembly.cc",
           "wanted > options_.most_buffers_of_source || ", "wanted > 1'000 * options_.most_buffers_of_source || ",
           ("//net/ip:reassembly_test",)),
    Mutant("dns: any identifier answers", "net/dns/answer.cc", "header.id != id || ", "(header.id ^ id) > 0xffff || ",
           ("//net/dns:answer_test", "//net/dns:resolver_test")),
    Mutant("udp: a wrong checksum", "net/udp/udp.cc",
           "if (!HasRightChecksum(packet,", "if (false && !HasRightChecksum(packet,", ("//net/udp:udp_test",)),
    Mutant("neighbours: a claim overrides the known address", "net/neighbor/cache.cc",
           "if (is_new && !advertisement.overrides)", "if (false && is_new)", ("//net/neighbor:cache_test",)),

    # ---- TCP: who may say what.
    _tcp("a wrong checksum", "receive.cc", "if (packet.info().checksum == PacketInfo::Checksum::kNone &&",
         "if (false &&"),
    _tcp("groups have connections", "receive.cc",
         "if (received.is_group || (block == nullptr && IsOfGroup(received))) {", "if (false && IsOfGroup(received)) {"),
    _tcp("LAND", "receive.cc", "if (block == nullptr && local == remote)", "if (false && local == remote)"),
    _tcp("a reset anywhere in the window", "segment_arrives.cc", "if (segment.sequence() != block.rcv_nxt()) {",
         "if (false && segment.sequence() != block.rcv_nxt()) {"),
    _tcp("a SYN in the window is ignored", "segment_arrives.cc", "  if (!segment.Has(wire::kSyn)) return true;\n",
         "  if (true || !segment.Has(wire::kSyn)) return true;\n"),
    _tcp("a segment without ACK is taken", "segment_arrives.cc", "  if (!segment.Has(wire::kAck)) {\n",
         "  if (false && !segment.Has(wire::kAck)) {\n"),
    _tcp("no PAWS", "segment_arrives.cc",
         "  if (static_cast<std::int32_t>(segment.options.timestamps->value - block.ts_recent) >= 0) return false;\n",
         "  if (block.agreed.has_timestamps) return false;\n"),
    _tcp("a byte beyond the window", "segment_arrives.cc", "left <= begin && begin < right",
         "left <= begin && begin <= right"),
    _tcp("an acknowledgment from behind a full window is dropped", "segment_arrives.cc",
         "(window == 0 || !segment.Has(wire::kRst))", "window == 0"),
    _tcp("an acknowledgment of the future", "acknowledge.cc", "ack > block.snd_nxt || ack < block.snd_una",
         "ack < block.snd_una"),
    _tcp("an acknowledgment of long ago", "acknowledge.cc", " || ack < block.snd_una - block.max_snd_wnd", ""),
    _tcp("an old segment changes the window", "acknowledge.cc", "if (block.snd_wl1 < segment.sequence() ||",
         "if (true || block.snd_wl1 < segment.sequence() ||"),
    _tcp("a SYN-ACK for another SYN", "syn_sent.cc", "if (ack > block.iss && ack <= block.snd_nxt) return true;",
         "if (true || ack > block.iss) return true;"),
    _tcp("a blind reset in SYN-SENT", "syn_sent.cc", "  if (segment.Has(wire::kAck)) {\n    Finish", "  if (true || segment.Has(wire::kAck)) {\n    Finish"),
    _tcp("any acknowledgment ends a handshake", "handshake_arrives.cc",
         "if (segment.acknowledgment() != entry.iss + 1)",
         "if (false && segment.acknowledgment() != entry.iss + 1)"),
    _tcp("TIME-WAIT is assassinated", "time_wait_arrives.cc", "  if (segment.Has(wire::kRst)) {\n",
         "  if (segment.Has(wire::kRst)) {\n    stack.time_wait.Remove(entry);\n"),
    _tcp("an old SYN reopens", "time_wait_arrives.cc", "return segment.sequence() > entry.rcv_nxt;",
         "return true || segment.sequence() > entry.rcv_nxt;"),
    _tcp("challenges without limit", "challenge.cc", "if (block.challenges == kMostInInterval || ",
         "if (false && block.challenges == kMostInInterval && "),

    # ---- TCP: transitions.
    _tcp("both close: CLOSING is left out", "text.cc", "Enter(block, State::kClosing);", "EnterTimeWait(block);"),
    _tcp("FIN-WAIT-1 is never left", "acknowledge.cc", "      Enter(block, State::kFinWait2);\n", ""),
    _tcp("LAST-ACK is never left", "acknowledge.cc",
         "    case State::kLastAck:\n      Finish(block, std::nullopt);\n", "    case State::kLastAck:\n"),
    _tcp("their FIN again is not waited for anew", "time_wait_arrives.cc",
         "stack.time_wait.Restart(entry, stack.now());", "{}"),

    # ---- TCP: sending.
    _tcp("a probe never comes", "output.cc", "if (has_unsent && block.snd_una == block.snd_nxt) StartPersist(block);",
         "if (false && has_unsent) StartPersist(block);"),
    _tcp("no Nagle", "output.cc", "block.snd_small <= block.snd_una;", "block.snd_small <= block.snd_nxt;"),
    _tcp("keep-alives never give up", "deadlines.cc", "if (block.keep_alives_sent >= options.keep_alive_probes) {",
         "if (false && block.keep_alives_sent >= options.keep_alive_probes) {"),
    _part("no back-off", "recovery", "  round_trip_.BackOff();\n"),
    _part("Karn's rule", "recovery", "if (delivery.has_original && !(delivery.has_resent && has_advanced)) {",
          "if (delivery.has_original || (delivery.has_resent && has_advanced)) {"),
    _part("blocks beyond what was sent", "recovery", " || block.end > snd_nxt", " || block.end > snd_nxt + 1'000'000"),
    _part("two reductions a round trip", "recovery", "has_lost && phase_ == Phase::kOpen) EnterRecovery(snd_nxt, flight",
          "has_lost) EnterRecovery(snd_nxt, flight"),
    _part("any number of ranges", "scoreboard", "} else if (count_ < kMostRanges) {", "} else if (count_ < 100 * kMostRanges) {"),
    _part("a window of a time-out that stays", "cubic", "  window_ = segment_size_;\n  is_avoiding_ = false;\n}\n\nvoid Cubic::Undo",
          "  is_avoiding_ = false;\n}\n\nvoid Cubic::Undo"),

    # ---- TCP: receiving and remembering.
    _part("duplicates are not cut off", "receive_queue", "if (!CutDuplicate(payload, begin, there)) return;",
          "if (false && !CutDuplicate(payload, begin, there)) return;"),
    _part("bytes beyond the window", "receive_queue",
          "if (size > Distance(sequence, limit)) payload.Truncate(Distance(sequence, limit));", ""),
    _part("data behind the FIN", "receive_queue", "has_fin_ ? Earlier(right_edge, fin_) : right_edge", "right_edge"),
    _part("any number of gaps", "receive_queue", "if (range_count_ == kMostRanges)",
          "if (range_count_ == 100 * kMostRanges)"),
    _part("any amount of memory", "receive_queue", "return fits() || (is_in_order && in_order_.IsEmpty());",
          "return true || fits() || is_in_order;"),
    _part("cookies of any age", "syn_cookies", "if (cookie != CookieFor(random, local, remote, irs, size_index, options, slot) &&",
          "if (cookie != CookieFor(random, local, remote, irs, size_index, options, slot) && slot % 2 == 0 &&"),
    _part("any window scale", "negotiation", "std::min(*theirs.window_scale, kMostWindowShift)",
          "std::min<std::uint8_t>(*theirs.window_scale, 255)"),
    _part("any segment size", "negotiation",
          "std::max(theirs.maximum_segment_size.value_or(without_option), kLeastSegmentSize)",
          "std::max<std::uint16_t>(theirs.maximum_segment_size.value_or(without_option), 1)"),
    _part("handshakes that never end", "half_open", "if (entry->retransmissions == kMostRetransmissions) {",
          "if (entry->retransmissions == kMostRetransmissions && false) {"),
    _part("TIME-WAIT without an end", "time_wait", "    if (left > 0) break;\n", "    if (left > -1'000'000) break;\n"),

    # ---- HTTP.
    _http("http: two lengths that agree", "request_head", "if (has_length_ || value.empty()) return Refuse();",
          "if (value.empty()) return Refuse();"),
    _http("http: a length and chunks", "request_head", "if (head_.is_chunked_ && (has_length_ || is_old)) return Refuse();",
          "if (head_.is_chunked_ && is_old) return Refuse();"),
    _http("http: a length of more than 64 bits", "request_head",
          "    if (length > std::numeric_limits<std::uint64_t>::max() / 10 - 1) return Refuse();\n"),
    _http("http: a line that ends without a line feed", "request_head", "return Left() < 2 ? false : Refuse();",
          "if (Left() < 2) return false;\n  at_ += 2;\n  return true;"),
    _http("http: a space before the colon", "request_head", "if (*at_ != ':' || at_ == name) return Refuse();",
          "while (*at_ == ' ') ++at_;\n  if (*at_ != ':' || at_ == name) return Refuse();"),
    _http("http: two hosts", "request_head", "      if (has_host_) return Refuse();\n"),
    _http("http: any number of fields", "request_head",
          "if (head_.field_count_ == RequestHead::kMostFields) return Refuse(Status::kFieldsTooLarge);",
          "if (head_.field_count_ == RequestHead::kMostFields) return true;"),
    _http("http: a size of a chunk that wraps", "chunked", "digit < 0 || left_ >> 56 != 0", "digit < 0"),
    _http("http: a chunk without its line end", "chunked", "return Expect(c, '\\r', State::kDataLineFeed);",
          "return c == '\\r' ? Expect(c, '\\r', State::kDataLineFeed) : Expect(c, c, State::kDigits);"),
    _http("http: trailers without end", "chunked", "++overhead_ <= kMostOverhead", "++overhead_ <= 1000 * kMostOverhead"),
    _http("http: a range that begins at the end", "conditional", "if (*first >= size)", "if (*first > size)"),
    # "|| true" is the bug here: it makes the condition one that always holds.
    _http("http: a weak tag is a strong one", "conditional", "if (may_be_weak && element.starts_with",
          "if ((may_be_weak || true) && element.starts_with"),
    _http("http: a percent sign at the end", "request", "text.size() - i > 2", "text.size() - i > 1"),
    _http("http: what nobody read is the next request", "connection",
          "if (!body_.is_done() && !co_await DropBody()) break;", "", test="server"),
    _http("http: a body beyond its limit", "connection", "} else if (head_.content_length() > limit) {",
          "} else if (head_.content_length() > limit + 1'000'000'000) {", test="server"),
    _http("http: slow heads may wait", "connection", "now() + server_.options_.head_time",
          "now() + server_.options_.idle_time", test="server"),

    # ---- Drivers: what a device says.
    _driver("virtio: an entry that was not lent", "bus/virtio/split_queue", "id >= fresh_ || chains[id].count == 0 || ",
            "id >= fresh_ || "),
    _driver("virtio: more bytes than there was room for", "bus/virtio/split_queue",
            " || written > chains[id].writable"),
    _driver("virtio: more answers than questions", "bus/virtio/split_queue",
            "if (static_cast<std::uint16_t>(used_index - taken_) > entries_) {",
            "if (static_cast<std::uint16_t>(used_index - taken_) > 2 * entries_) {"),
    _driver("virtio: a chain that is never given back", "bus/virtio/split_queue", "free_count_ + chain.count)",
            "free_count_ + 1)"),
    _driver("virtio-pci: a doorbell beyond its structure", "bus/virtio/pci",
            "offset + sizeof(std::uint16_t) > at_.notify_size || "),
    _driver("virtio-pci: a structure that is too short", "bus/virtio/pci",
            "    if (size < least) return", "    if (size < least / 1000) return"),
    _driver("virtio-mmio: a size that wraps", "bus/virtio/mmio_words", "*size > kMost / unit || "),
    _driver("pci: capabilities in a ring", "bus/pci/capability", " || (seen_ & bit) != 0", "", test="configuration"),
    _driver("pci: two places that overlap", "bus/pci/arrange", "    next_ = address + size;\n", "", test="pci"),
    _driver("usb: a descriptor beyond its end", "bus/usb/descriptors", " || ByteAt(rest, 0) > rest.size()"),
    _driver("usb: a configuration shorter than its header", "bus/usb/descriptors",
            "  if (total < ByteAt(bytes, 0)) return Fail(Error::kMalformed);\n"),
    _driver("usb: any size of the first packet", "bus/usb/enumerator", "!IsPacketSize(max_packet, device_->speed())",
            "(false && !IsPacketSize(max_packet, device_->speed()))", test="host"),
    _driver("dwc2: an empty packet that does not count", "usb_host/dwc2/channel", "moved < channel.size ? 1 : 0",
            "moved % max_packet != 0 ? 1 : 0", test="dwc2"),
    _driver("lan7800: a frame beyond its burst", "net/lan7800/framing", "size > burst.size() - kHeaderSize || "),
    _driver("lan9514: a frame beyond its burst", "net/lan9514/framing", "size > burst.size() - kHeaderSize || "),
    _driver("cdc-ecm: an address that is too short", "net/cdc_ecm/functions",
            "if (text.size() != 2 * mac.bytes.size()) return Fail(Error::kMalformed);",
            "if (text.size() > 2 * mac.bytes.size()) return Fail(Error::kMalformed);", test="cdc_ecm"),
)
