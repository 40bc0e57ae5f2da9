/** Two ways out and what to do with them, as small as it can be; a test holds it against the configuration's schema. */
export const exampleYaml = `uplinks:
  - name: isp1
    device: wan1                  # the interface that leads to the provider
    gateway: 192.168.76.1         # the provider's router
    anchors: [1.1.1.1, 8.8.8.8, 9.9.9.9]
  - name: isp2
    device: wan2
    gateway: 192.168.75.1
failover:
  act: off                        # first judge and show; then local-evidence
`;
