"""Addresses of invoices, what was found in them, disputes, accounts and months."""

from django.urls import path

from quartermaster.billing import invoice_permits as permits
from quartermaster.web.bills import crediting, disputes, findings, invoices, periods, personal
from quartermaster.web.menu import MenuItem

app_name = "bills"
_INVOICE, _FINDING = "bills/<uuid:key>/", "bills/findings/<uuid:key>/"
_DISPUTE = "bills/disputes/<uuid:key>/"
_SECTION = "Usage and bills"

urlpatterns = [
    path("bills/", invoices.Invoices.as_view(), name="invoices"),
    path(_INVOICE, invoices.InvoicePage.as_view(), name="invoice"),
    path(f"{_INVOICE}approve/", invoices.Approve.as_view(), name="approve"),
    path("bills/findings/", findings.Findings.as_view(), name="findings"),
    path(_FINDING, findings.FindingPage.as_view(), name="finding"),
    path(f"{_FINDING}accept/", findings.Accept.as_view(), name="accept"),
    path(f"{_FINDING}explain/", findings.Explain.as_view(), name="explain"),
    path(f"{_FINDING}dispute/", findings.Contest.as_view(), name="contest"),
    path(f"{_FINDING}take-back/", findings.TakeBack.as_view(), name="take-back"),
    path(f"{_FINDING}personal/", personal.IsPersonal.as_view(), name="is-personal"),
    path("bills/disputes/", disputes.Disputes.as_view(), name="disputes"),
    path(_DISPUTE, disputes.DisputePage.as_view(), name="dispute"),
    path(f"{_DISPUTE}send/", disputes.Send.as_view(), name="dispute-send"),
    path(f"{_DISPUTE}answer/", disputes.Answer.as_view(), name="dispute-answer"),
    path(f"{_DISPUTE}credit/", crediting.PutCredit.as_view(), name="dispute-credit"),
    path(f"{_DISPUTE}give-up/", disputes.Drop.as_view(), name="dispute-drop"),
    path(f"{_DISPUTE}letter/", disputes.Letter.as_view(), name="dispute-letter"),
    path("bills/personal-numbers/", personal.PersonalNumbers.as_view(), name="personal"),
    path("bills/personal-numbers/new/", personal.NewPersonal.as_view(), name="personal-new"),
    path(
        "bills/personal-numbers/<uuid:key>/end/",
        personal.EndPersonal.as_view(),
        name="personal-end",
    ),
    path("bills/months/", periods.Periods.as_view(), name="periods"),
    path("bills/months/close/", periods.ClosePeriod.as_view(), name="period-close"),
    path("bills/months/<uuid:key>/", periods.PeriodPage.as_view(), name="period"),
    path("bills/accounts/", periods.Accounts.as_view(), name="accounts"),
    path("bills/accounts/set/", periods.SetAccount.as_view(), name="account-set"),
    path("bills/accounts/share/", periods.SetSharing.as_view(), name="sharing-set"),
]
menu = [
    MenuItem("Invoices", "bills:invoices", permits.INVOICE_VIEW, _SECTION, 30, "attach_money"),
    MenuItem("What was found", "bills:findings", permits.BILL_VIEW, _SECTION, 32, "flag"),
    MenuItem("Disputes", "bills:disputes", permits.DISPUTE_VIEW, _SECTION, 34, "forum"),
    MenuItem(
        "Accounts and months",
        "bills:periods",
        permits.FINANCE_EXPORT,
        _SECTION,
        36,
        "account_balance",
    ),
]
