"""The pages of open-records requests: the custodian's, of those who are asked, and the public's."""
