/* lwIP as fast as its options make it, for //testing/bench/net: no threads, raw callbacks, pools that never run dry,
   its fastest checksum in C. */
#ifndef ENKEL_TESTING_BENCH_NET_LWIP_LWIPOPTS_H_
#define ENKEL_TESTING_BENCH_NET_LWIP_LWIPOPTS_H_

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_STATS 0
#define LWIP_DNS 0
#define LWIP_DHCP 0
#define LWIP_IPV6 0
#define LWIP_SINGLE_NETIF 1
#define MEM_ALIGNMENT 8
#define MEM_LIBC_MALLOC 0
#define MEM_SIZE (256 << 20)
#define MEMP_NUM_PBUF 8192
#define MEMP_NUM_TCP_SEG 65535
#define MEMP_NUM_TCP_PCB 101000
#define MEMP_NUM_TCP_PCB_LISTEN 16
#define MEMP_NUM_UDP_PCB 4
#define PBUF_POOL_SIZE 8192
#define PBUF_POOL_BUFSIZE 1600

#define TCP_MSS 1460
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 3
#define TCP_WND (256 * 1024)
#define TCP_SND_BUF (256 * 1024)
#define TCP_SND_QUEUELEN 1024
#define TCP_SNDLOWAT (TCP_MSS * 4)
#define TCP_LISTEN_BACKLOG 0
#define TCP_QUEUE_OOSEQ 1

/* Its fastest: 8 bytes a turn. Whether checksums are made and checked at all is each interface's own flag. */
#define LWIP_CHKSUM_ALGORITHM 3
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1

#define LWIP_TCPIP_CORE_LOCKING 0
#define LWIP_NOASSERT 1

#endif  // ENKEL_TESTING_BENCH_NET_LWIP_LWIPOPTS_H_
