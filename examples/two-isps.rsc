# 2026-05-04 09:12:33 by RouterOS 7.21.2
/ip route
add comment=To-ISP1 distance=1 dst-address=0.0.0.0/0 gateway=192.168.76.1
add comment=To-ISP2 distance=2 dst-address=0.0.0.0/0 gateway=192.168.75.1
add comment="canary of ISP1" dst-address=9.9.9.9/32 gateway=192.168.76.1
/tool netwatch
add comment="pinned to ISP1 by its own route" down-script="/ip route disable [\
    find comment=To-ISP1]\r\
    \n/ip firewall connection remove [find]\r\
    \n:log warning \"ISP1 is down\"" host=9.9.9.9 interval=5s name=isp1 \
    packet-count=5 thr-loss-percent=60% timeout=800ms type=icmp up-script=":del\
    ay 30s\r\
    \n/ip route enable [find comment=To-ISP1]\r\
    \n:log info \"ISP1 is back\""
add host=www.example.org interval=30s name=resolver type=dns
