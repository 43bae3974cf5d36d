"""Addresses of contracts, orders and ordered lines."""

from django.urls import path

from quartermaster.billing.permits import CONTRACT_VIEW, ORDER_VIEW, SERVICE_VIEW
from quartermaster.web.billing import acts, contracts, orders
from quartermaster.web.menu import MenuItem

app_name = "billing"
_CONTRACT, _ORDER = "contracts/<uuid:key>/", "orders/<uuid:key>/"

urlpatterns = [
    path("contracts/", contracts.Contracts.as_view(), name="contracts"),
    path("contracts/new/", contracts.NewContract.as_view(), name="contract-new"),
    path(_CONTRACT, contracts.ContractPage.as_view(), name="contract"),
    path(f"{_CONTRACT}change/", contracts.ChangeContract.as_view(), name="contract-change"),
    path(f"{_CONTRACT}plans/new/", contracts.NewPlan.as_view(), name="plan-new"),
    path(f"{_CONTRACT}items/new/", contracts.NewItem.as_view(), name="item-new"),
    path(f"{_CONTRACT}lines/", contracts.EnterServices.as_view(), name="services"),
    path(f"{_CONTRACT}order/", acts.RaiseOrder.as_view(), name="order-new"),
    path("plans/<uuid:key>/rate/", contracts.SetRate.as_view(), name="rate"),
    path("catalogue/<uuid:key>/", contracts.ChangeItem.as_view(), name="item-change"),
    path("orders/", orders.Orders.as_view(), name="orders"),
    path(_ORDER, orders.OrderPage.as_view(), name="order"),
    path(f"{_ORDER}approve/", acts.Approve.as_view(), name="approve"),
    path(f"{_ORDER}send/", acts.Send.as_view(), name="send"),
    path(f"{_ORDER}cancel/", acts.Cancel.as_view(), name="cancel"),
    path(f"{_ORDER}close/", acts.Close.as_view(), name="close"),
    path(f"{_ORDER}document/", orders.Document.as_view(), name="document"),
    path("orders/lines/<uuid:key>/receive/", acts.Receive.as_view(), name="receive"),
    path("ordered-lines/", orders.OrderedLines.as_view(), name="lines"),
]
menu = [
    MenuItem("Purchase orders", "billing:orders", ORDER_VIEW, "Purchasing", 10, "shopping_basket"),
    MenuItem("Ordered lines", "billing:lines", SERVICE_VIEW, "Purchasing", 20, "list"),
    MenuItem("Contracts", "billing:contracts", CONTRACT_VIEW, "Purchasing", 30, "folder"),
]
