-- Credentials are encrypted before they come here; key_id names the key, which is kept elsewhere.
CREATE TABLE hosting_ecommerce_integrations (
  customer_id INTEGER NOT NULL,
  integration_id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  platform TEXT NOT NULL CHECK (platform IN ('shopify', 'woocommerce', 'magento')),
  shop_url TEXT NOT NULL,
  key_id TEXT NOT NULL,
  nonce BLOB NOT NULL CHECK (length(nonce) = 12),
  sealed_credentials BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (customer_id, integration_id),
  UNIQUE (customer_id, site_id, platform),
  FOREIGN KEY (customer_id, site_id) REFERENCES hosting_sites (customer_id, site_id)
) STRICT;

CREATE VIEW hosting_customer_integrations AS SELECT * FROM hosting_ecommerce_integrations;
