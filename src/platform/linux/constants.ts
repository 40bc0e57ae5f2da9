/** Numbers of Linux' socket interface, by the names that its header files and manual pages use. */

export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_CLOEXEC = 0o2000000;
export const SOCK_NONBLOCK = 0o4000;

export const IPPROTO_IP = 0;
export const IPPROTO_ICMP = 1;
export const IPPROTO_TCP = 6;
export const IPPROTO_IPV6 = 41;
export const IPPROTO_ICMPV6 = 58;
export const SOL_SOCKET = 1;
export const SOL_RAW = 255;
/** As a protocol of raw sockets: the caller writes the IP header too. */
export const IPPROTO_RAW = 255;
export const SOL_PACKET = 263;
export const SOL_NETLINK = 270;

export const SO_ERROR = 4;
export const SO_RCVBUF = 8;
export const SO_BINDTODEVICE = 25;
export const SO_ATTACH_FILTER = 26;
export const SO_RCVBUFFORCE = 33;
export const SO_TIMESTAMPNS = 35;
export const SO_MARK = 36;
export const SO_TIMESTAMPING = 37;
export const SO_MEMINFO = 55;
/** Index of the drop counter in the array that SO_MEMINFO yields. */
export const SK_MEMINFO_DROPS = 8;

export const IP_TTL = 2;
export const IP_MTU_DISCOVER = 10;
export const IP_RECVERR = 11;
export const IP_RECVTTL = 12;
export const IP_MULTICAST_TTL = 33;
export const IPV6_UNICAST_HOPS = 16;
export const IPV6_MULTICAST_HOPS = 18;
export const IPV6_MTU_DISCOVER = 23;
export const IPV6_RECVERR = 25;
export const IPV6_RECVHOPLIMIT = 51;
export const IPV6_HOPLIMIT = 52;
export const IPV6_DONTFRAG = 62;
export const IP_PMTUDISC_DONT = 0;
/** Sets "don't fragment" and ignores the path MTU that the kernel remembers, so that each packet asks the path. */
export const IP_PMTUDISC_PROBE = 3;
export const ICMP_FILTER = 1;
export const ICMP6_FILTER = 1;

export const SOF_TIMESTAMPING_TX_SOFTWARE = 2;
export const SOF_TIMESTAMPING_RX_SOFTWARE = 8;
export const SOF_TIMESTAMPING_SOFTWARE = 16;
export const SOF_TIMESTAMPING_OPT_ID = 128;
export const SOF_TIMESTAMPING_OPT_TSONLY = 2048;

export const SO_EE_ORIGIN_ICMP = 2;
export const SO_EE_ORIGIN_ICMP6 = 3;
export const SO_EE_ORIGIN_TIMESTAMPING = 4;

export const MSG_DONTWAIT = 0x40;
export const MSG_TRUNC = 0x20;
export const MSG_ERRQUEUE = 0x2000;

export const EPOLL_CLOEXEC = 0o2000000;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_MOD = 3;
export const EPOLLIN = 1;
/** One event, then silence until the descriptor is armed again. */
export const EPOLLONESHOT = 0x40000000;
export const CLOCK_REALTIME = 0;
export const EAGAIN = 11;
export const ENOBUFS = 105;

export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;
export const NETLINK_ADD_MEMBERSHIP = 1;
export const NETLINK_CAP_ACK = 10;
export const NETLINK_EXT_ACK = 11;
export const NETLINK_GET_STRICT_CHK = 12;

export const PACKET_STATISTICS = 6;
export const PACKET_AUXDATA = 8;

/** Bytes that may lie in the kernel beyond those on their way (tcp(7)). */
export const TCP_NOTSENT_LOWAT = 25;
