# by Quorumwatch
# host=ADDRESS@NAME: NAME must be a VRF of this router
/tool netwatch
add comment=ISP1 down-script="/ip route disable [find comment=To-ISP1]\r\
    \n:log warning \"ISP1 is down\"" host=9.9.9.9 interval=10s name=ISP1 \
    timeout=800ms up-script="/ip route enable [find comment=To-ISP1]\r\
    \n:log info \"ISP1 is up\""
add accept-icmp-time-exceeded=yes comment="every property of icmp" \
    disabled=yes early-failure-detection=yes early-success-detection=yes \
    host=1.1.1.1@isp2 ignore-initial-down=yes ignore-initial-up=yes \
    interval=1m30s name=all-icmp packet-count=20 packet-interval=20ms \
    packet-size=100 src-address=198.51.100.2 start-delay=1s startup-delay=30s \
    thr-avg=80ms thr-jitter=200ms thr-loss-count=3 thr-loss-percent=25% \
    thr-max=500ms thr-stdev=100ms timeout=2s ttl=3 type=icmp
add host=8.8.8.8 name=old-names thr-avg=90ms thr-jitter=300ms thr-max=600ms \
    thr-stdev=120ms type=icmp
add host=fe80::1%ether1 interval=20s name=link-local type=icmp
add host=192.0.2.10 name=mail port=25 thr-tcp-conn-time=250ms type=tcp-conn
add down-script="/ip route disable [find comment=To-ISP1]\r\
    \n:delay 2s\r\
    \n/ip firewall connection remove [find]" host=192.0.2.80 \
    http-codes=200-299,302 name=web port=8080 thr-http-time=2s type=http-get
add host=192.0.2.81 http-codes=200-399 name=web-2 type=http-get
add check-certificate=yes host=192.0.2.82 name=shop type=https-get \
    up-script="/system script run on-router"
add dns-server=192.0.2.53 host=www.example.org name=resolver record-type=AAAA \
    type=dns
add comment="\D0\9E\D1\84\D0\B8\D1\81 \"quoted\" back\\slash 50% \$5 a\? b c" \
    host=192.0.2.90 interval=10ms \
    name="\D0\9E\D1\84\D0\B8\D1\81 \"quoted\" back\\slash 50% \$5 a\? b c" \
    timeout=1m
add comment="two ISPs" down-script=":log error \"ISP2 (203.0.113.1) is down\"\r\
    \n/tool e-mail send to=ops@example.org subject=\"isp2 is \$status\" body=\"\
    isp2 is \$status\"\r\
    \n:delay 5s\r\
    \n/ip route set [find comment=\"To ISP2\"] distance=200\r\
    \n/ip route enable [find comment=To-ISP1]\r\
    \n/ip route set [find comment=To-ISP1] distance=1\r\
    \n:delay 10s\r\
    \n/system script run \"after failover\"" host=203.0.113.1 name=isp2 \
    test-script=":log debug \"tested 203.0.113.1\"" type=icmp
add comment="set later" disabled=yes host=203.0.113.2 interval=1m name=odd
add host=203.0.113.4 interval=5s name=slash-menu
