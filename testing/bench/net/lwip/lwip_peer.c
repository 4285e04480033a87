/* One end of the benchmark on lwIP's raw interface, as its documentation tells a program to use it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"
#include "netif/ethernet.h"
#include "testing/bench/net/peer.h"

struct Connection {
  struct tcp_pcb* pcb; /* null: gone */
  int is_connected;
  unsigned awaited; /* bytes of the response that are still to come */
};

static struct PeerConfig config;
static struct netif interface;
static struct udp_pcb* udp;
static uint64_t now_ms;
static struct Connection* connections;
static int connection_count;
static int free_number = -1; /* of the connection that went last */
static uint64_t sunk, responses, replies;
static unsigned char payload[65536];

u32_t sys_now(void) { return (u32_t)now_ms; }

static ip4_addr_t AddressOf(int side) {
  ip4_addr_t address;
  IP4_ADDR(&address, 10, 0, 0, 1 + side);
  return address;
}

static err_t Transmit(struct netif* netif, struct pbuf* packet) {
  struct WireDirection* const out = config.out;
  (void)netif;
  if (out->put - out->taken == kWireFrames) return ERR_MEM;
  const unsigned slot = out->put++ % kWireFrames;
  out->size[slot] = packet->tot_len;
  pbuf_copy_partial(packet, out->frame[slot], packet->tot_len, 0);
  return ERR_OK;
}

static err_t InitInterface(struct netif* netif) {
  netif->name[0] = 'b';
  netif->name[1] = 'n';
  netif->output = etharp_output;
  netif->linkoutput = Transmit;
  netif->mtu = 1500;
  netif->hwaddr_len = 6;
  memcpy(netif->hwaddr, (unsigned char[]){2, 0, 0, 0, 0, (unsigned char)(1 + config.side)}, 6);
  netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
  return ERR_OK;
}

static void Start(const struct PeerConfig* with) {
  const ip4_addr_t address = AddressOf(with->side);
  ip4_addr_t mask, gateway;
  config = *with;
  IP4_ADDR(&mask, 255, 255, 255, 0);
  ip4_addr_set_zero(&gateway);
  connections = calloc(config.most_connections, sizeof(struct Connection));
  srand((unsigned)config.side + 1);
  lwip_init();
  netif_add(&interface, &address, &mask, &gateway, NULL, InitInterface, ethernet_input);
  netif_set_default(&interface);
  netif_set_up(&interface);
}

static void SetChecksums(int on) {
  NETIF_SET_CHECKSUM_CTRL(&interface, on ? NETIF_CHECKSUM_ENABLE_ALL : NETIF_CHECKSUM_DISABLE_ALL);
}

static void Poll(uint64_t now_ns) {
  struct WireDirection* const in = config.in;
  now_ms = now_ns / 1000000;
  while (in->taken != in->put) {
    const unsigned slot = in->taken % kWireFrames;
    struct pbuf* const packet = pbuf_alloc(PBUF_RAW, (u16_t)in->size[slot], PBUF_POOL);
    if (packet != NULL) pbuf_take(packet, in->frame[slot], (u16_t)in->size[slot]);
    ++in->taken;
    if (packet != NULL && interface.input(packet, &interface) != ERR_OK) pbuf_free(packet);
  }
  sys_check_timeouts();
}

static err_t OnSinkData(void* argument, struct tcp_pcb* pcb, struct pbuf* data, err_t error) {
  (void)argument, (void)error;
  if (data == NULL) return tcp_close(pcb);
  sunk += data->tot_len;
  tcp_recved(pcb, data->tot_len);
  pbuf_free(data);
  return ERR_OK;
}

/* The argument counts the bytes of a request that have come. */
static err_t OnRequestData(void* argument, struct tcp_pcb* pcb, struct pbuf* data, err_t error) {
  uintptr_t have = (uintptr_t)argument;
  (void)error;
  if (data == NULL) return tcp_close(pcb);
  have += data->tot_len;
  tcp_recved(pcb, data->tot_len);
  pbuf_free(data);
  for (; have >= kRequestSize; have -= kRequestSize) tcp_write(pcb, payload, kResponseSize, TCP_WRITE_FLAG_COPY);
  tcp_arg(pcb, (void*)have);
  return tcp_output(pcb);
}

static err_t OnAccepted(void* argument, struct tcp_pcb* pcb, err_t error) {
  (void)error;
  tcp_recv(pcb, (uintptr_t)argument == kSinkPort ? OnSinkData : OnRequestData);
  tcp_arg(pcb, NULL);
  tcp_nagle_disable(pcb);
  return ERR_OK;
}

static void ListenAt(uint16_t port) {
  struct tcp_pcb* pcb = tcp_new();
  tcp_bind(pcb, IP_ADDR_ANY, port);
  pcb = tcp_listen(pcb);
  tcp_arg(pcb, (void*)(uintptr_t)port);
  tcp_accept(pcb, OnAccepted);
}

static void OnEcho(void* argument, struct udp_pcb* pcb, struct pbuf* data, const ip_addr_t* from, u16_t port) {
  (void)argument;
  udp_sendto(pcb, data, from, port);
  pbuf_free(data);
}

static void Serve(void) {
  ListenAt(kSinkPort);
  for (uint16_t i = 0; i < kServerPorts; ++i) ListenAt((uint16_t)(kServerPort + i));
  udp = udp_new();
  udp_bind(udp, IP_ADDR_ANY, kEchoPort);
  udp_recv(udp, OnEcho, NULL);
}

static err_t OnConnected(void* argument, struct tcp_pcb* pcb, err_t error) {
  (void)pcb, (void)error;
  ((struct Connection*)argument)->is_connected = 1;
  return ERR_OK;
}

static void OnError(void* argument, err_t error) {
  (void)error;
  ((struct Connection*)argument)->pcb = NULL;
}

static err_t OnResponse(void* argument, struct tcp_pcb* pcb, struct pbuf* data, err_t error) {
  struct Connection* const connection = argument;
  (void)error;
  if (data == NULL) {
    connection->pcb = NULL;
    return ERR_OK;
  }
  connection->awaited -= data->tot_len;
  if (connection->awaited == 0) ++responses;
  tcp_recved(pcb, data->tot_len);
  pbuf_free(data);
  return ERR_OK;
}

static int Connect(uint16_t port) {
  const int number = free_number >= 0 ? free_number : connection_count++;
  struct Connection* const connection = &connections[number];
  free_number = -1;
  const ip4_addr_t address = AddressOf(1 - config.side);
  memset(connection, 0, sizeof(*connection));
  connection->pcb = tcp_new();
  if (connection->pcb == NULL) return -1;
  tcp_arg(connection->pcb, connection);
  tcp_recv(connection->pcb, OnResponse);
  tcp_err(connection->pcb, OnError);
  tcp_nagle_disable(connection->pcb);
  if (tcp_connect(connection->pcb, &address, port, OnConnected) != ERR_OK) return -1;
  return number;
}

static int IsConnected(int connection) { return connections[connection].is_connected; }

static void Close(int connection) {
  struct tcp_pcb* const pcb = connections[connection].pcb;
  if (pcb != NULL) tcp_close(pcb);
}

static int IsGone(int connection) {
  if (connections[connection].pcb != NULL) return 0;
  free_number = connection;
  return 1;
}

static size_t Write(int number, size_t size) {
  struct Connection* const connection = &connections[number];
  size_t done = 0;
  while (done < size) {
    size_t part = size - done;
    if (part > tcp_sndbuf(connection->pcb)) part = tcp_sndbuf(connection->pcb);
    if (part > 16384) part = 16384;
    if (part == 0 || tcp_write(connection->pcb, payload, (u16_t)part, TCP_WRITE_FLAG_COPY) != ERR_OK) break;
    done += part;
  }
  if (done == kRequestSize) connection->awaited += kResponseSize;
  tcp_output(connection->pcb);
  return done;
}

static uint64_t Sunk(void) { return sunk; }
static uint64_t Responses(void) { return responses; }
static uint64_t Replies(void) { return replies; }

static void OnReply(void* argument, struct udp_pcb* pcb, struct pbuf* data, const ip_addr_t* from, u16_t port) {
  (void)argument, (void)pcb, (void)from, (void)port;
  ++replies;
  pbuf_free(data);
}

static void SendDatagram(size_t size) {
  const ip4_addr_t address = AddressOf(1 - config.side);
  if (udp == NULL) {
    udp = udp_new();
    udp_recv(udp, OnReply, NULL);
  }
  struct pbuf* const data = pbuf_alloc(PBUF_TRANSPORT, (u16_t)size, PBUF_RAM);
  if (data == NULL) return;
  memcpy(data->payload, payload, size);
  udp_sendto(udp, data, &address, kEchoPort);
  pbuf_free(data);
}

static void DropTimeWait(void) {
  while (tcp_tw_pcbs != NULL) tcp_abort(tcp_tw_pcbs);
}

const struct Peer lwip_peer = {
    .Start = Start,
    .SetChecksums = SetChecksums,
    .Poll = Poll,
    .Serve = Serve,
    .Connect = Connect,
    .IsConnected = IsConnected,
    .Close = Close,
    .IsGone = IsGone,
    .Write = Write,
    .Sunk = Sunk,
    .Responses = Responses,
    .Replies = Replies,
    .SendDatagram = SendDatagram,
    .DropTimeWait = DropTimeWait,
};
