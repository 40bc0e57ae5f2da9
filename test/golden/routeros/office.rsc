# 2026-05-04 09:12:33 by RouterOS 7.21.2
# software id = ABCD-EF12
#
# model = RB5009UG+S+
/interface ethernet
set [ find default-name=ether1 ] comment="ISP 1, fibre"
set [ find default-name=ether2 ] comment="ISP 2, radio"
/ip firewall filter
add action=accept chain=input comment="defconf: accept established,related,unt\
    racked" connection-state=established,related,untracked
add action=drop chain=input comment="defconf: drop all not coming from LAN" \
    in-interface-list=!LAN
/ip route
add check-gateway=ping comment=To-ISP1 distance=1 dst-address=0.0.0.0/0 \
    gateway=192.0.2.1
add comment="To ISP2" distance=2 dst-address=0.0.0.0/0 gateway=198.51.100.1
add comment=To-ISP1 dst-address=9.9.9.9/32 gateway=192.0.2.1 scope=10
/system identity
set name=office-router
/system script
add dont-require-permissions=no name=isp1-down owner=admin policy=\
    read,write,test,reboot source="/ip/route/disable [find where comment=\"To-\
    ISP1\"]\r\
    \n:delay 2s\r\
    \n/ip firewall connection remove [find]\r\
    \n"
add name=unused source=":put \"never named\""
/tool netwatch
add comment=ISP1 disabled=no down-script="ip route disable [find comment=To-IS\
    P1]\r\
    \n:log warning \"ISP1 is down\"" host=9.9.9.9 http-codes="" interval=10s \
    timeout=800ms type=simple up-script="ip route enable [find comment=To-ISP1\
    ]\r\
    \n:log info \"ISP1 is up\""
add accept-icmp-time-exceeded=yes comment="every property of icmp" disabled=\
    yes early-failure-detection=yes early-success-detection=true host=\
    1.1.1.1@isp2 ignore-initial-down=yes ignore-initial-up=yes interval=1m30s \
    name=all-icmp packet-count=20 packet-interval=20ms packet-size=100 \
    src-address=198.51.100.2 start-delay=1s startup-delay=30s thr-avg=80ms \
    thr-jitter=200ms thr-loss-count=3 thr-loss-percent=25.0% thr-max=500ms \
    thr-stdev=100ms timeout=00:00:02 ttl=3 type=icmp
add host=8.8.8.8 name=old-names thr-loss-count=4294967295 thr-rtt-avg=90ms \
    thr-rtt-jitter=300ms thr-rtt-max=600ms thr-rtt-stdev=120ms type=icmp
add host=fe80::1%ether1 name=link-local type=icmp
add host=192.0.2.10 name=mail port=25 thr-tcp-conn-time=250000 type=tcp-conn
add down-script=isp1-down host=192.0.2.80 http-codes=200-299,302 name=web \
    port=8080 thr-http-time=2s type=http-get
add host=192.0.2.81 http-code-max=399 http-code-min=200 name=web type=http-get
add certificate=none check-certificate=yes host=192.0.2.82 name=shop type=\
    https-get up-script=on-router
add dns-server=192.0.2.53 host=www.example.org name=resolver record-type=AAAA \
    type=dns
add comment="\D0\9E\D1\84\D0\B8\D1\81 \"quoted\" back\\slash 50\25 \$5 a\?\_b\
    \_c" host=192.0.2.90 interval=0 timeout=5m
add comment="two ISPs" down-script=":local isp \"ISP2\"\r\
    \n# tell people first\r\
    \n:log error (\"\$isp (\" . \$host . \") is \$status\"); /tool fetch url=\
    \"https://api.telegram.org/bot123456789:AAFAKEfakeFAKEfakeFAKEfakeFAKEfake\
    00/sendMessage\\\?chat_id=-1001234567&text=\$isp%20is%20down\" keep-result\
    =no\r\
    \n/tool e-mail send to=ops@example.org subject=\"\$isp is down\" body=\"at\
    \_the office\"\r\
    \n:delay 5s\r\
    \n/ip route set [find comment=\"To ISP2\"] distance=200\r\
    \n/ip route\r\
    \nset [find comment=To-ISP1] disabled=no distance=1\r\
    \n:delay 10\r\
    \n/system script run \"after failover\"\r\
    \n:if (\$status = \"down\") do={ :log warning \"never\" }\r\
    \n/ip route disable 3\r\
    \n/ip route disable [find comment~\"ISP\"]\r\
    \n/tool fetch url=\"https://alarm.example/\\\?api-key=verysecret\"\r\
    \n:log info \"after \$\"done-tests\" tests\"" host=203.0.113.1 name=isp2 \
    test-script=":log debug \"tested \$host\"\r\
    \n/ip firewall connection remove [find]" type=icmp
add bogus=1 host=203.0.113.2 name=odd status=up timeout=soon
add host=203.0.113.3 name=unknown-type type=arp
add name=no-host
set [ find name=odd ] comment="set later" disabled=yes
set 3 interval=20s
/tool/netwatch add host=203.0.113.4 name=slash-menu interval=5
/system logging add topics=netwatch,debug
