"""The pages: one blueprint a subject, access and errors beside them."""
